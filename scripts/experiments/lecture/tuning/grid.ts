/**
 * The accuracies of `tuning`, by optimizer, rate and seed, and what follows from them.
 *
 * @module
 */
import type { Arm } from "../../../comparison/mod.ts";
import { deviation, expectedBest, max, mean } from "../../../statistics/mod.ts";
import type { TuningData } from "./data.ts";

/** Validation accuracies: `[optimizer][rate][seed]`. A run that diverged counts as guessing. */
export type Grid = readonly (readonly (readonly number[])[])[];

/** Standard deviations of mean accuracies. */
export interface Spread {
  /** Over the rates; the mean over the optimizers. */
  readonly rate: number;
  /** Over the optimizers, each at its best rate. */
  readonly optimizer: number;
  /** The first over the second. */
  readonly ratio: number;
}

/** Returns the grid of accuracies. A run that diverged counts as guessing among the classes. */
export function gridOf({ classes, optimizers, compared: { arms } }: TuningData): Grid {
  const cell = ({ runs }: Arm) => runs.map((r) => (r.diverged ? 1 / classes : r.validationAccuracy));
  return optimizers.map(({ name }) => arms.filter((a) => a.optimizer === name).map(cell));
}

/** Returns the mean accuracy over the seeds for each optimizer and rate. */
export function meansOf(grid: Grid): number[][] {
  return grid.map((rates) => rates.map((cell) => mean([...cell])));
}

/** Returns the spread due to the rate, and that due to the optimizer. */
export function spreadOf(grid: Grid): Spread {
  const means = meansOf(grid);
  const rate = mean(means.map(deviation));
  const optimizer = deviation(means.map((rates) => max(rates)));
  return { rate, optimizer, ratio: rate / optimizer };
}

/** Returns, for each optimizer and each number of rates tried at random, the expected best mean accuracy. */
export function budgetCurves(grid: Grid, names: readonly string[]): { x: number; y: number; line: string }[] {
  const means = meansOf(grid);
  return names.flatMap((line, i) => {
    const rates = means[i] ?? [];
    return rates.map((_, k) => ({ x: k + 1, y: expectedBest(rates, { trials: k + 1 }), line }));
  });
}
