import { checkOptions } from "../options/mod.ts";
import { bootstrap, type Estimate, RESAMPLE_OPTIONS, type ResampleOptions } from "./bootstrap.ts";
import { checkSize } from "./check_sample.ts";
import { displayedResult } from "./display.ts";

/** Scores of an algorithm: `[task][run]`, with any number of runs of each task. */
export type Scores = readonly (readonly number[])[];

/**
 * Returns a statistic of one or more algorithms over tasks, and its bootstrap interval: runs are drawn with replacement
 * within each task of each algorithm, never tasks. So it is an interval for these tasks, under other seeds.
 *
 * It has no bounds if a task has one run, and `NaN` bounds if the statistic of any resample is `NaN`.
 *
 * @param algorithms the scores of each: `[algorithm][task][run]`
 * @param statistic its arguments are shaped as `algorithms`
 * @throws {RangeError} for no algorithms, no tasks, a task without runs, or an option out of range.
 *
 * @example
 * ```ts
 * import { interquartileMean } from "./interquartile_mean.ts";
 * import { stratifiedBootstrap } from "./stratified_bootstrap.ts";
 * import { assert } from "@std/assert";
 * const scores = [[0.5, 0.6, 0.7], [0.9, 0.8, 0.9]];
 * const { value, low, high } = stratifiedBootstrap([scores], ([s]) => interquartileMean(s!.flat()));
 * assert(low < value && value < high);
 * ```
 *
 * @see Agarwal et al.: Deep Reinforcement Learning at the Edge of the Statistical Precipice, 2021, section 4.1.
 */
export function stratifiedBootstrap(
  algorithms: readonly Scores[],
  statistic: (algorithms: readonly Scores[]) => number,
  options: ResampleOptions = {},
): Estimate {
  checkOptions("stratifiedBootstrap", options, RESAMPLE_OPTIONS);
  checkSize("algorithms", algorithms);
  algorithms.forEach((scores, i) => checkSize(`algorithms[${i}]`, scores));
  const ends = algorithms.map((_, i) =>
    algorithms.slice(0, i + 1).reduce((sum, scores) => sum + scores.length, 0)
  );
  const grouped = (tasks: Scores) => ends.map((end, i) => tasks.slice(ends[i - 1] ?? 0, end));
  const estimate = bootstrap(algorithms.flat(), (tasks) => statistic(grouped(tasks)), options);
  return displayedResult("stratifiedBootstrap", estimate);
}
