/**
 * The plots of `wilson2017`.
 *
 * @module
 */
import { type LinePoint, lines, type Plot, points, seedPoint } from "../../../report/mod.ts";
import { deviation, mean } from "../../../statistics/mod.ts";
import {
  ADAPTIVE,
  type ComparedRun,
  type Comparison,
  DECAYS,
  errorsOf,
  groupOf,
  optimizersOf,
} from "./data.ts";

/** Returns, for each decay, the plots of the tuning, of both losses over the epochs and of the errors at the end. */
export function plotsOf({ runs, searches }: Comparison, data: string): Plot[] {
  const optimizers = optimizersOf(runs);
  return DECAYS.flatMap(({ name, text }) => {
    const curve = (of: (c: ComparedRun["curves"][number]) => number): LinePoint[] =>
      optimizers.flatMap((line) => {
        const all = groupOf(runs, name, line);
        return all[0]!.curves.map(({ epoch }, i) => {
          const values = all.map((r) => of(r.curves[i] ?? r.curves.at(-1)!));
          return { x: epoch, line, ...seedPoint(values) };
        });
      });
    return [
      lines(
        searches.filter((s) => s.decay === name).flatMap((s) =>
          s.trials.map((t) => ({ x: t.rate, y: t.loss, line: s.optimizer }))
        ),
        {
          name: `${name}-tuning`,
          title: `${data}, ${text}: lowest validation loss over the rate`,
          x: "learning rate",
          y: "validation loss",
          log: true,
          logX: 2,
          marks: true,
        },
      ),
      lines(curve((c) => c.trainLoss), {
        name: `${name}-train`,
        title: `${data}, ${text}: training loss`,
        x: "epoch",
        y: "loss",
        log: true,
      }),
      lines(curve((c) => 100 * c.testError), {
        name: `${name}-test`,
        title: `${data}, ${text}: test error`,
        x: "epoch",
        y: "test error, %",
        log: true,
      }),
      points(
        optimizers.map((row) => {
          const values = errorsOf(groupOf(runs, name, row));
          const [m, d] = [mean(values), deviation(values)];
          return {
            row,
            value: m,
            low: m - d,
            high: m + d,
            group: ADAPTIVE.includes(row) ? "adaptive" : "not adaptive",
          };
        }),
        {
          name: `${name}-error`,
          title: `${data}, ${text}: test error at the end`,
          caption: "Mean over the seeds, and a standard deviation to either side.",
          x: "test error, %",
        },
      ),
    ];
  });
}
