/**
 * A report to try every interaction on: an optimizer in each line, bars, and the curves of twenty runs to choose among.
 *
 * @module
 */
import { measurePlot } from "../../../scripts/report/measure_plot.ts";
import { bars } from "../../../scripts/report/plots/bars.ts";
import { lines } from "../../../scripts/report/plots/lines.ts";
import type { Report } from "../../../scripts/report/page.ts";

/** The loss of an optimizer at a step. */
export function lossAt(optimizer: string, step: number): number {
  return Math.exp(-step / RATES[optimizer]!);
}

/** The optimizers, by the number of steps in which their loss falls by e. */
export const RATES: Readonly<Record<string, number>> = { sgd: 4, momentum: 8, adam: 16 };

const RUNS = Array.from({ length: 20 }, (_, i) => `made/run-${i}`);

/** The rows of a run: adam's loss is lower than sgd's in every second run. */
function metricsOf(i: number): Record<string, string>[] {
  return ["sgd", "adam"].flatMap((optimizer, k) =>
    [1, 2, 3].map((epoch) => ({
      optimizer,
      seed: "0",
      step: String(10 * epoch),
      epoch: String(epoch),
      trainLoss: String((1 + i + (k === i % 2 ? 0.5 : 0)) / epoch),
    }))
  );
}

/** Returns the report. */
export const INTERACTIVE: Report = {
  title: "interactions",
  summary: "every interaction",
  claims: [],
  tables: [],
  plots: [
    lines(
      Object.keys(RATES).flatMap((line) =>
        Array.from(
          { length: 21 },
          (_, x) => ({ x, y: lossAt(line, x), line, low: 0.9 * lossAt(line, x), high: lossAt(line, x) }),
        )
      ),
      { name: "loss", title: "Loss", x: "step", y: "loss", log: true },
    ),
    bars({ rate: 0.75, momentum: 0.25 }, { name: "bars", title: "Importance", x: "share" }),
    ...measurePlot(RUNS.map((_, i) => ({ metrics: metricsOf(i) })), { labels: RUNS, measure: "trainLoss" }),
  ],
  command: "deno task experiment report",
  made: {},
  choice: {
    header: ["device", "best training loss"],
    runs: RUNS.map((name, i) => ({
      name,
      ...(i === 0 ? { report: "../run-0/report.html" } : {}),
      cells: [i === 3 ? "cuda" : "cpu", String((1 + i) / 3)],
      facts: [["model: MLP", "10 parameters"], ["optimizer: adam", `learning rate ${i / 10}`]],
    })),
  },
};
