/// <reference lib="dom" />
/**
 * The form of the playground. Its fields are named after the settings of a link.
 *
 * @module
 */
import { RATES, type RuleName, SCHEDULES } from "./choices.ts";
import { type Config, defaultConfig, fromLink, MOST_RULES, type Problem, toFields } from "./config.ts";
import { FUNCTIONS } from "./functions.ts";

/** The form with its lists filled. */
export class Form {
  readonly #form: HTMLFormElement;
  readonly #rules: HTMLElement;
  readonly #add: HTMLButtonElement;

  /** Takes over the form of the page. @param changed called after each change of the problem, the function or the start */
  constructor(form: HTMLFormElement, changed: () => void) {
    this.#form = form;
    this.#rules = form.querySelector("#rules")!;
    this.#add = form.querySelector("#add")!;
    fill(form.elements.namedItem("function"), Object.keys(FUNCTIONS));
    fill(form.elements.namedItem("schedule"), SCHEDULES);
    this.#add.onclick = () => {
      this.#addRule("adam", this.#rateOf("adam"));
      this.#numberRules();
    };
    form.addEventListener("change", ({ target }) => {
      const { name } = target as HTMLInputElement;
      if (name === "problem") this.fill(defaultConfig(this.problem));
      if (name === "function") {
        this.start = FUNCTIONS[this.#value("function") as keyof typeof FUNCTIONS].start;
      }
      changed();
    });
  }

  /** The problem that is chosen. */
  get problem(): Problem {
    return this.#value("problem") as Problem;
  }

  /** The start of the descents. */
  set start([x, y]: readonly [number, number]) {
    this.#set("start", `${Number(x.toPrecision(4))},${Number(y.toPrecision(4))}`);
  }

  /** Writes a configuration into the form. */
  fill(config: Config): void {
    const { optimizers: _, ...fields } = toFields(config);
    for (const [name, text] of Object.entries(fields)) this.#set(name, text);
    this.#rules.replaceChildren();
    for (const { name, learningRate } of config.optimizers) this.#addRule(name, learningRate);
    this.#numberRules();
    this.#form.dataset["problem"] = config.problem;
  }

  /** Returns the configuration in the form. @throws {RangeError} naming a field that is out of its range. */
  read(): Config {
    const texts = Object.keys(toFields(defaultConfig("digits"))).map((name) =>
      [name, name === "optimizers" ? this.#rulesText() : this.#value(name)] as const
    );
    return fromLink(new URLSearchParams(texts.map(([name, text]) => [name, text])).toString());
  }

  #rulesText(): string {
    return [...this.#rules.children].map((row) =>
      `${row.querySelector("select")!.value}@${row.querySelector("input")!.value}`
    ).join(",");
  }

  #addRule(name: RuleName, learningRate: number): void {
    const row = document.createElement("div");
    row.className = "rule";
    const [rule, rate, remove] = [
      document.createElement("select"),
      document.createElement("input"),
      document.createElement("button"),
    ];
    fill(rule, Object.keys(RATES));
    rule.value = name;
    rule.ariaLabel = "update rule";
    rule.onchange = () => rate.value = String(this.#rateOf(rule.value as RuleName));
    Object.assign(rate, { value: String(learningRate), inputMode: "decimal", ariaLabel: "learning rate" });
    Object.assign(remove, { type: "button", textContent: "×", title: `remove ${name}`, ariaLabel: "remove" });
    remove.onclick = () => {
      row.remove();
      this.#numberRules();
    };
    row.append(rule, rate, remove);
    this.#rules.append(row);
  }

  /** At least one rule stays, and there are colors for a few only. */
  #numberRules(): void {
    const rows = [...this.#rules.children];
    for (const row of rows) row.querySelector("button")!.disabled = rows.length === 1;
    this.#add.disabled = rows.length >= MOST_RULES;
  }

  #rateOf(name: RuleName): number {
    return RATES[name][this.problem === "function" ? "function" : "network"];
  }

  #value(name: string): string {
    return (this.#form.elements.namedItem(name) as HTMLInputElement).value;
  }

  #set(name: string, text: string): void {
    (this.#form.elements.namedItem(name) as HTMLInputElement).value = text;
  }
}

function fill(select: Element | RadioNodeList | null, names: readonly string[]): void {
  (select as HTMLSelectElement).replaceChildren(...names.map((name) => new Option(name, name)));
}
