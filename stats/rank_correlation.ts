/**
 * Correlations of ranks, with their p-values.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { type Alternative, ALTERNATIVES } from "./alternative.ts";
import { checkPairs, checkSample } from "./check_sample.ts";
import { studentP } from "./paired_t_test.ts";
import { countedP, normalP } from "./rank_test.ts";
import { ranksOf } from "./ranks.ts";
import { displayedResult } from "./display.ts";

/** Options of {@linkcode spearman} and {@linkcode kendall}. */
export interface RankCorrelationOptions {
  /** The side of the correlation: `"two-sided"` by default. */
  readonly alternative?: Alternative;
}

const RANK_CORRELATION_OPTIONS = { alternative: ALTERNATIVES } satisfies OptionNames<RankCorrelationOptions>;

/** A correlation. */
export interface Correlation {
  /** The correlation, in [-1, 1]. */
  readonly value: number;
  /** The p-value of the hypothesis that the samples are independent. */
  readonly p: number;
}

/**
 * Returns Spearman's rank correlation: Pearson's correlation of the ranks, equal values with the mean of their ranks. The
 * p-value is that of `t = r √((n - 2) / (1 - r²))` with `n - 2` degrees of freedom, an approximation that is poor for fewer
 * than 10 pairs: {@linkcode kendall} is exact there.
 *
 * Both are `NaN` if all values of a sample are equal.
 *
 * @param a at least three values, each finite
 * @param b as many values
 * @throws {RangeError} for samples of different sizes or too few values, one that is not finite, or an unknown option.
 *
 * @example
 * ```ts
 * import { spearman } from "./rank_correlation.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(spearman([1, 2, 3, 4], [1, 4, 9, 16]).value, 1);
 * ```
 *
 * @see Spearman: The Proof and Measurement of Association between Two Things, 1904.
 */
export function spearman(
  a: readonly number[],
  b: readonly number[],
  options: RankCorrelationOptions = {},
): Correlation {
  checkOptions("spearman", options, RANK_CORRELATION_OPTIONS);
  checkCorrelated(a, b, { least: 3 });
  const [x, y] = [ranksOf(a).ranks, ranksOf(b).ranks];
  const middle = (a.length + 1) / 2;
  const products = (u: readonly number[], v: readonly number[]) =>
    u.reduce((sum, r, i) => sum + (r - middle) * (v[i]! - middle), 0);
  const value = products(x, y) / Math.sqrt(products(x, x) * products(y, y));
  const degrees = a.length - 2;
  const t = value * Math.sqrt(degrees / ((1 - value) * (1 + value)));
  return displayedResult("spearman", { value, p: studentP(t, { degrees, ...options }) });
}

/** The most pairs whose orders are all counted. */
const MOST_ORDERED = 33;

/**
 * Returns Kendall's rank correlation τ-b: the pairs of pairs in the same order less those in opposite order, over the
 * geometric mean of the numbers that are not tied in `a` and in `b`.
 *
 * The p-value is exact for up to 33 pairs without ties, from the distribution of the number of inversions. With ties or
 * more pairs it is that of the normal approximation with the variance under ties. Both are `NaN` if all values of a sample
 * are equal.
 *
 * @param a at least two values, each finite
 * @param b as many values
 * @throws {RangeError} for samples of different sizes or too few values, one that is not finite, or an unknown option.
 *
 * @example
 * ```ts
 * import { kendall } from "./rank_correlation.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(kendall([1, 2, 3, 4], [1, 3, 2, 4]).value, 2 / 3);
 * ```
 *
 * @see Kendall: A New Measure of Rank Correlation, 1938; The Treatment of Ties in Ranking Problems, 1945.
 */
export function kendall(
  a: readonly number[],
  b: readonly number[],
  options: RankCorrelationOptions = {},
): Correlation {
  checkOptions("kendall", options, RANK_CORRELATION_OPTIONS);
  checkCorrelated(a, b, { least: 2 });
  const n = a.length;
  const pairs = n * (n - 1) / 2;
  const [x, y] = [ranksOf(a).groups, ranksOf(b).groups];
  const excess = orderExcess(a, b);
  const value = excess / Math.sqrt((pairs - pairsIn(x)) * (pairs - pairsIn(y)));
  if (Number.isNaN(value)) return displayedResult("kendall", { value, p: NaN });
  const { alternative } = options;
  if (x.length === n && y.length === n && n <= MOST_ORDERED) {
    return displayedResult("kendall", {
      value,
      p: countedP(concordances(n), { at: (pairs + excess) / 2, alternative }),
    });
  }
  const deviation = Math.sqrt(excessVariance(n, x, y));
  return displayedResult("kendall", {
    value,
    p: normalP(excess, { mean: 0, deviation, continuity: false, alternative }),
  });
}

function checkCorrelated(a: readonly number[], b: readonly number[], { least }: { least: number }): void {
  checkPairs(a, b);
  checkSample("a", a, { least });
  checkSample("b", b, { least });
}

/** Returns the number of pairs of pairs in the same order, less those in opposite order. */
function orderExcess(a: readonly number[], b: readonly number[]): number {
  let excess = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) excess += Math.sign(a[i]! - a[j]!) * Math.sign(b[i]! - b[j]!);
  }
  return excess;
}

/** Returns the number of pairs within groups. */
function pairsIn(groups: readonly number[]): number {
  return groups.reduce((sum, t) => sum + t * (t - 1) / 2, 0);
}

/** Returns the share of orders of n values with 0, 1, 2, ... pairs in the given order. */
function concordances(n: number): Float64Array {
  let shares = Float64Array.of(1);
  for (let size = 2; size <= n; size++) {
    // One more value may stand in `size` places, which adds 0 to `size - 1` pairs.
    const next = new Float64Array(shares.length + size - 1);
    shares.forEach((share, k) => {
      for (let more = 0; more < size; more++) next[k + more]! += share / size;
    });
    shares = next;
  }
  return shares;
}

/** Returns the variance of {@linkcode orderExcess} of independent samples with groups of equal values. */
function excessVariance(n: number, x: readonly number[], y: readonly number[]): number {
  const sum = (groups: readonly number[], term: (t: number) => number) =>
    groups.reduce((total, t) => total + t * (t - 1) * term(t), 0);
  const linear = (t: number) => 2 * t + 5;
  const m = n * (n - 1);
  return (m * linear(n) - sum(x, linear) - sum(y, linear)) / 18 +
    2 * pairsIn(x) * pairsIn(y) / m +
    (n > 2 ? sum(x, (t) => t - 2) * sum(y, (t) => t - 2) / (9 * m * (n - 2)) : 0);
}
