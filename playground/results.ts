/// <reference lib="dom" />
/**
 * The reports of a training, and its pictures.
 *
 * @module
 */
import { lineStyles } from "../plots/style/mod.ts";
import { dashOf, drawChart, short } from "./chart.ts";
import type { Config } from "./config.ts";
import { drawContour } from "./contour.ts";
import { FUNCTIONS, type Point } from "./functions.ts";
import { MEAN_OF, trailingMeans } from "./means.ts";
import type { EpochResult, Report } from "./messages.ts";

interface Line {
  readonly losses: number[];
  readonly path: Point[];
  readonly epochs: EpochResult[];
  failed?: string;
}

/** The results of one comparison. */
export class Results {
  readonly config: Config;
  readonly #lines: readonly Line[];
  #steps = 1;

  constructor(config: Config) {
    this.config = config;
    this.#lines = config.optimizers.map(() => ({ losses: [], path: [], epochs: [] }));
    if (config.problem === "function") this.#steps = config.steps;
  }

  /** Takes in what the worker reports. */
  add(report: Report): void {
    if (report.type === "data") {
      const { epochs, batchSize } = this.config;
      this.#steps = epochs * Math.ceil(report.train / Math.min(batchSize, report.train));
    }
    if (!("line" in report)) return;
    const line = this.#lines[report.line]!;
    if (report.type === "steps") {
      line.losses.push(...report.losses);
      line.path.push(...report.path ?? []);
    } else if (report.type === "epoch") line.epochs.push(report.result);
    else line.failed = report.message;
  }

  /** Draws everything into the page. */
  draw({ plots, table }: { readonly plots: HTMLElement; readonly table: HTMLElement }): void {
    const styles = lineStyles(this.#names());
    plots.innerHTML = this.#charts(styles).map(({ title, svg, name }) =>
      `<figure class="${name}"><figcaption>${title}</figcaption>${svg}</figure>`
    ).join("");
    const head = this.#columns().map((c) => `<th scope="col">${c}</th>`).join("");
    const rows = this.#lines.map((line, i) => {
      const style = styles[i]!;
      const swatch =
        `<svg class="swatch" viewBox="0 0 28 8"><path class="line line${style.color}" stroke-dasharray="${
          dashOf(style)
        }" d="M0 4H28"/></svg>`;
      const { name, learningRate } = this.config.optimizers[i]!;
      const cells = line.failed === undefined
        ? this.#cells(line).map((c) => `<td>${c}</td>`).join("")
        : `<td colspan="${this.#columns().length - 2}" class="failed"></td>`;
      return `<tr><th scope="row">${swatch}${name}</th><td>${learningRate}</td>${cells}</tr>`;
    });
    table.innerHTML = `<table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
    // Messages may quote the user's file: they are set as text.
    const failed = this.#lines.filter((line) => line.failed !== undefined);
    table.querySelectorAll(".failed").forEach((cell, i) => cell.textContent = failed[i]!.failed!);
  }

  /** The lines' names; two of one rule differ in their rates. */
  #names(): string[] {
    return this.config.optimizers.map(({ name, learningRate }, i) => `${name} ${learningRate} ${i}`);
  }

  #charts(styles: ReturnType<typeof lineStyles>): { title: string; svg: string; name: string }[] {
    const { config } = this;
    const lines = (of: (line: Line) => readonly (readonly [number, number])[]) =>
      this.#lines.map((line, i) => ({ style: styles[i]!, points: of(line) }));
    if (config.problem === "function") {
      const { of } = FUNCTIONS[config.function];
      const lowest = of.minima[0] === undefined ? undefined : of.f(...of.minima[0]);
      const values = lines(({ losses }) => losses.map((v, i) => [i, v - (lowest ?? 0)] as const));
      const paths = this.#lines.map(({ path }, i) => ({ style: styles[i]!, points: path }));
      const chart = { lines: values, x: "step", end: this.#steps, log: lowest !== undefined };
      return [
        {
          title: `${capital(of.title)}: click to set the start`,
          svg: drawContour(of, paths, config.start),
          name: "contour",
        },
        {
          title: lowest === undefined ? "Value" : "Value above the minimum",
          svg: drawChart(chart),
          name: "value",
        },
      ];
    }
    const training = lines(({ losses }) => trailingMeans(losses).map((v, i) => [i + 1, v] as const));
    const { epochs } = config;
    const isClass = this.#lines.every(({ epochs }) => epochs.every(({ accuracy }) => accuracy !== undefined));
    const heldOut = lines((line) =>
      line.epochs.map((e) => [e.epoch, (isClass ? e.accuracy : e.loss) ?? NaN] as const)
    );
    return [
      {
        title: `Training loss, the mean of ${MEAN_OF} steps`,
        svg: drawChart({ lines: training, x: "step", end: this.#steps, log: true }),
        name: "loss",
      },
      {
        title: isClass ? "Accuracy on examples held out" : "Loss on examples held out",
        svg: drawChart({ lines: heldOut, x: "epoch", end: epochs, log: !isClass, percent: isClass }),
        name: "heldOut",
      },
    ];
  }

  #columns(): string[] {
    if (this.config.problem === "function") return ["rule", "rate", "steps", "value", "point"];
    return ["rule", "rate", "steps", "training loss", "held-out loss", "accuracy"];
  }

  #cells({ losses, path, epochs }: Line): string[] {
    const last = losses.at(-1);
    if (this.config.problem === "function") {
      const point = path.at(-1)?.map((v) => v.toFixed(4)).join(", ") ?? "";
      return [String(Math.max(0, losses.length - 1)), last === undefined ? "" : last.toPrecision(4), point];
    }
    const [loss, end] = [trailingMeans(losses).at(-1), epochs.at(-1)];
    return [
      String(losses.length),
      loss === undefined ? "" : loss.toFixed(4),
      end === undefined ? "" : end.loss.toFixed(4),
      end?.accuracy === undefined ? "" : `${short(100 * end.accuracy)}%`,
    ];
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
