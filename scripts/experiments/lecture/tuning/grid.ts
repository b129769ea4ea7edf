/**
 * The scores of `tuning`, by optimizer, rate and seed, and what follows from them.
 *
 * @module
 */
import type { Arm } from "../../../comparison/mod.ts";
import { deviation, expectedBest, max, mean } from "../../../statistics/mod.ts";
import type { TuningData } from "./data.ts";
import { measureOf, scoreOf } from "./quantity.ts";

/**
 * Validation scores `[optimizer][rate][seed]`, the higher the better: accuracies, or negative logarithms of losses. A run
 * that diverged has the rank of the worst: the lowest score of its optimizer's other runs with its seed; `NaN` if all of
 * them diverged.
 */
export type Grid = readonly (readonly (readonly number[])[])[];

/** Standard deviations of mean scores. */
export interface Spread {
  /** Over the rates; the mean over the optimizers. */
  readonly rate: number;
  /** Over the optimizers, each at its best rate. */
  readonly optimizer: number;
  /** The first over the second. */
  readonly ratio: number;
}

/** Returns the grid of scores. */
export function gridOf(data: Pick<TuningData, "optimizers" | "compared">): Grid {
  const { optimizers, compared: { arms } } = data;
  const measure = measureOf(data);
  return optimizers.map(({ name }) => {
    const rates = arms.filter((a) => a.optimizer === name).map(({ runs }: Arm) =>
      runs.map((r) => (r.diverged ? NaN : scoreOf(measure, r)))
    );
    return rates.map((cell) =>
      cell.map((score, seed) => (Number.isNaN(score) ? worstOf(rates, seed) : score))
    );
  });
}

/** Returns the lowest score of a seed; `NaN` if there is none. */
function worstOf(rates: readonly (readonly number[])[], seed: number): number {
  const scores = rates.map((cell) => cell[seed]!).filter((score) => !Number.isNaN(score));
  return scores.length === 0 ? NaN : Math.min(...scores);
}

/** Returns the mean score over the seeds for each optimizer and rate. */
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

/** Returns, for each optimizer and each number of rates tried at random, the expected best mean score. */
export function budgetCurves(grid: Grid, names: readonly string[]): { x: number; y: number; line: string }[] {
  const means = meansOf(grid);
  return names.flatMap((line, i) => {
    const rates = means[i] ?? [];
    return rates.map((_, k) => ({ x: k + 1, y: expectedBest(rates, { trials: k + 1 }), line }));
  });
}
