import { checkSample, checkSize } from "./check_sample.ts";
import { mean } from "./sample.ts";
import type { Scores } from "./stratified_bootstrap.ts";

/**
 * Returns the probability that a run of one algorithm scores higher than a run of another on a task drawn at random: the
 * share of pairs of runs of a task in which `a` is above `b`, equal ones as one half, averaged over the tasks.
 *
 * Larger scores are better; for losses, exchange the algorithms. It says how likely an improvement is, not how large.
 *
 * @param a scores of one algorithm: `[task][run]`, each finite
 * @param b scores of the other on the same tasks, with any number of runs
 * @returns a probability; 0.5 if neither is better
 * @throws {RangeError} for different numbers of tasks, none, a task without runs, or a score that is not finite.
 *
 * @example
 * ```ts
 * import { probabilityOfImprovement } from "./probability_of_improvement.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(probabilityOfImprovement([[2, 3], [5]], [[1, 2], [5]]), (3.5 / 4 + 0.5) / 2);
 * ```
 *
 * @see Agarwal et al.: Deep Reinforcement Learning at the Edge of the Statistical Precipice, 2021, section 4.3.
 */
export function probabilityOfImprovement(a: Scores, b: Scores): number {
  checkSize("a", a);
  if (a.length !== b.length) {
    throw new RangeError(`both algorithms must have the same tasks, got ${a.length} and ${b.length}`);
  }
  a.forEach((runs, task) => checkSample(`a[${task}]`, runs));
  b.forEach((runs, task) => checkSample(`b[${task}]`, runs));
  return mean(a.map((runs, task) => shareAbove(runs, b[task]!)));
}

/** Returns the share of pairs of which the first is larger, equal ones as one half. */
export function shareAbove(a: readonly number[], b: readonly number[]): number {
  let wins = 0;
  for (const x of a) for (const y of b) wins += x > y ? 1 : x === y ? 0.5 : 0;
  return wins / (a.length * b.length);
}
