import { checkSample } from "./check_sample.ts";

/**
 * Returns, for each threshold, the share of scores above it. Over the scores of all runs of all tasks it is the run-score
 * distribution, a performance profile that shows which algorithm is better at which scores: one whose curve is above
 * another's everywhere is better at every quantile.
 *
 * @param scores at least one, each finite
 * @param thresholds finite, in any order
 * @returns a share for each threshold
 * @throws {RangeError} for no scores, or a number that is not finite.
 *
 * @example
 * ```ts
 * import { scoreDistribution } from "./score_distribution.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(scoreDistribution([0.2, 0.5, 0.9, 1.4], [0, 0.5, 1]), [1, 0.5, 0.25]);
 * ```
 *
 * @see Agarwal et al.: Deep Reinforcement Learning at the Edge of the Statistical Precipice, 2021, section 4.2.
 */
export function scoreDistribution(scores: readonly number[], thresholds: readonly number[]): number[] {
  checkSample("scores", scores);
  checkSample("thresholds", thresholds, { least: 0 });
  return thresholds.map((t) => scores.filter((s) => s > t).length / scores.length);
}
