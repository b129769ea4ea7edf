/**
 * The configuration of the playground, and the link that holds it.
 *
 * @module
 */
import { type FunctionName, FUNCTIONS } from "./functions.ts";
import { RATES, type RuleName, type ScheduleName, SCHEDULES } from "./choices.ts";

/** An update rule with its learning rate. */
export interface RuleChoice {
  readonly name: RuleName;
  readonly learningRate: number;
}

/** The problems: the embedded digits, a function of two variables, or the user's table. */
export type Problem = "digits" | "function" | "csv";

/** All that a training in the playground depends on, except the rows of the user's table. */
export interface Config {
  readonly problem: Problem;
  readonly optimizers: readonly RuleChoice[];
  readonly schedule: ScheduleName;
  /** The function of two variables, its start, and the steps. */
  readonly function: FunctionName;
  readonly start: readonly [number, number];
  readonly steps: number;
  /** The sizes of the hidden layers of the network. */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly device: "cpu" | "webgpu";
  /** The column of the table's labels, from 0, or from the end when negative; and whether they are classes. */
  readonly label: number;
  readonly target: "class" | "number";
}

/** The most update rules of one comparison. */
export const MOST_RULES = 6;

/** Returns the configuration that a problem begins with. */
export function defaultConfig(problem: Problem): Config {
  const kind = problem === "function" ? "function" : "network";
  const names: readonly RuleName[] = ["sgd", "momentum", "adam"];
  return {
    problem,
    optimizers: names.map((name) => ({ name, learningRate: RATES[name][kind] })),
    schedule: "constant",
    function: "rosenbrock",
    start: FUNCTIONS.rosenbrock.start,
    steps: 1000,
    hidden: [32],
    epochs: 10,
    batchSize: 32,
    seed: 0,
    device: "cpu",
    label: -1,
    target: "class",
  };
}

/** Returns the part of a link behind `#` that holds a configuration: what differs from the problem's beginning. */
export function toLink(config: Config): string {
  const start = toFields({ ...defaultConfig(config.problem), start: FUNCTIONS[config.function].start });
  const own = Object.entries(toFields(config)).filter(([name, text]) =>
    name === "problem" || text !== start[name]
  );
  return own.map(([name, text]) => `${name}=${text}`).join("&");
}

/** Returns the settings as texts, by the names that links and the form give them. */
export function toFields(config: Config): Record<string, string> {
  return {
    problem: config.problem,
    optimizers: config.optimizers.map(({ name, learningRate }) => `${name}@${learningRate}`).join(","),
    schedule: config.schedule,
    function: config.function,
    start: config.start.join(","),
    steps: String(config.steps),
    hidden: config.hidden.join(","),
    epochs: String(config.epochs),
    batchSize: String(config.batchSize),
    seed: String(config.seed),
    device: config.device,
    label: String(config.label),
    target: config.target,
  };
}

/**
 * Returns the configuration that a link holds; what it leaves out is as the problem begins.
 *
 * @throws {RangeError} naming the part of the link that has no meaning.
 */
export function fromLink(text: string): Config {
  const given = new URLSearchParams(text);
  const problem = oneOf("problem", given.get("problem") ?? "digits", ["digits", "function", "csv"]);
  const start = defaultConfig(problem);
  const chosen = oneOf("function", given.get("function") ?? start.function, keysOf(FUNCTIONS));
  const texts: Record<string, string> = { ...toFields({ ...start, start: FUNCTIONS[chosen].start }) };
  for (const [name, value] of given) {
    if (!Object.hasOwn(texts, name)) throw new RangeError(`the link's '${name}' names no setting`);
    texts[name] = value;
  }
  const integer = (name: string, least: number, most: number) =>
    number(name, texts[name]!, { least, most, whole: true });
  const [x, y, ...more] = texts["start"]!.split(",").map((n) => number("start", n, {}));
  if (x === undefined || y === undefined || more.length > 0) {
    throw new RangeError("start must be two numbers");
  }
  return {
    problem,
    optimizers: rulesIn(texts["optimizers"]!),
    schedule: oneOf("schedule", texts["schedule"]!, SCHEDULES),
    function: chosen,
    start: [x, y],
    steps: integer("steps", 1, 5000),
    hidden: texts["hidden"] === ""
      ? []
      : texts["hidden"]!.split(",").map((n) => number("hidden", n, { least: 1, most: 1024, whole: true })),
    epochs: integer("epochs", 1, 200),
    batchSize: integer("batchSize", 1, 4096),
    seed: integer("seed", 0, Number.MAX_SAFE_INTEGER),
    device: oneOf("device", texts["device"]!, ["cpu", "webgpu"]),
    label: integer("label", -1000, 1000),
    target: oneOf("target", texts["target"]!, ["class", "number"]),
  };
}

function rulesIn(text: string): RuleChoice[] {
  const rules = text.split(",").map((part): RuleChoice => {
    const [name = "", rate = ""] = part.split("@");
    const known = oneOf("optimizers", name, keysOf(RATES));
    return { name: known, learningRate: number(`optimizers: the rate of ${name}`, rate, { least: 0 }) };
  });
  if (rules.length > MOST_RULES) {
    throw new RangeError(`optimizers must be at most ${MOST_RULES}, got ${rules.length}`);
  }
  return rules;
}

function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(table) as Key[];
}

function oneOf<Value extends string>(what: string, text: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new RangeError(`${what} must be one of ${values.join(", ")}, got '${text}'`);
  return found;
}

function number(
  what: string,
  text: string,
  { least = -Infinity, most = Infinity, whole = false }: { least?: number; most?: number; whole?: boolean },
): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value))) {
    return value;
  }
  const kind = whole ? "an integer" : "a number";
  const range = most < Infinity
    ? ` from ${least} to ${most}`
    : least > -Infinity
    ? ` of at least ${least}`
    : "";
  throw new RangeError(`${what} must be ${kind}${range}, got '${text}'`);
}
