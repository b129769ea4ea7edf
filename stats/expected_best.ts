import { checkInteger, checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { checkSample } from "./check_sample.ts";

/** Options of {@linkcode expectedBest}. */
export interface ExpectedBestOptions {
  /** The trials made: an integer of at least 1; at most as many as there are values, unless drawn with replacement. */
  readonly trials: number;
  /**
   * Whether a value may be drawn again; `false` by default. Without replacement the estimate is unbiased; with replacement
   * it is too low on average, but takes any number of trials.
   */
  readonly replacement?: boolean;
  /** Which value is the best: `"greatest"`, the default, or `"least"`, for losses. */
  readonly best?: "greatest" | "least";
}

const EXPECTED_BEST_OPTIONS = {
  trials: true,
  replacement: "flag",
  best: ["greatest", "least"],
} satisfies OptionNames<ExpectedBestOptions>;

/**
 * Returns the expected best of k trials drawn at random from trials that were made: what a search with that budget would
 * have found on average. Of n sorted values, the i-th is the greatest of k
 *
 * - without replacement with probability `C(i - 1, k - 1) / C(n, k)`;
 * - with replacement with probability `(i / n)^k - ((i - 1) / n)^k`.
 *
 * @param values at least one, each finite; a trial that diverged must be given what it counts as
 * @throws {RangeError} for no values, one that is not finite, or an option out of range.
 *
 * @example
 * ```ts
 * import { expectedBest } from "./expected_best.ts";
 * import { assertEquals } from "@std/assert";
 * const accuracies = [0.5, 0.75];
 * assertEquals(expectedBest(accuracies, { trials: 2 }), 0.75);
 * assertEquals(expectedBest(accuracies, { trials: 2, replacement: true }), 0.6875);
 * ```
 *
 * @see Dodge et al.: Show Your Work: Improved Reporting of Experimental Results, 2019 (with replacement).
 * @see Tang et al.: Showing Your Work Doesn't Always Work, 2020 (without).
 */
export function expectedBest(values: readonly number[], options: ExpectedBestOptions): number {
  checkOptions("expectedBest", options, EXPECTED_BEST_OPTIONS);
  const { trials, replacement = false, best = "greatest" } = options;
  checkSample("values", values);
  if (replacement) checkNumber("trials", trials, "an integer of at least 1");
  else checkInteger("trials", trials, { low: 1, high: values.length });
  const sorted = Float64Array.from(values).sort();
  if (best === "least") sorted.reverse();
  const chance = replacement ? withReplacement : withoutReplacement;
  return sorted.reduce((sum, v, i) => sum + v * chance(i, values.length, trials), 0);
}

/** Returns the probability that the value with i values below it is the greatest of k of n, drawn without replacement. */
function withoutReplacement(i: number, n: number, k: number): number {
  let chance = k / n;
  for (let j = 0; j < k - 1; j++) chance *= Math.max(0, i - j) / (n - 1 - j);
  return chance;
}

/** Returns the probability that the value with i values below it is the greatest of k of n, drawn with replacement. */
function withReplacement(i: number, n: number, k: number): number {
  return ((i + 1) / n) ** k - (i / n) ** k;
}
