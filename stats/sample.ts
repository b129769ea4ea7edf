/**
 * Means, quantiles and extremes of samples. These few functions take the place of a package that was 1.4 MB of every
 * first download; tests hold them against it.
 *
 * @module
 */

/**
 * Returns the mean, from a compensated sum.
 *
 * @throws {RangeError} for an empty sample.
 *
 * @example
 * ```ts
 * import { mean } from "./sample.ts";
 * import { assertEquals } from "@std/assert";
 * // A plain sum would lose both ones.
 * assertEquals(mean([1e16, 1, -1e16, 1]), 0.5);
 * ```
 *
 * @see Neumaier, 1974 (compensated summation).
 */
export function mean(values: readonly number[]): number {
  requireValues(values);
  let [sum, lost] = [0, 0];
  for (const v of values) {
    const next = sum + v;
    // The smaller of the two loses its last bits in the sum.
    lost += Math.abs(sum) >= Math.abs(v) ? sum - next + v : v - next + sum;
    sum = next;
  }
  return (sum + lost) / values.length;
}

/** Returns the standard deviation with `n - 1` degrees of freedom, for a sample of at least two; `NaN` for one. */
export function sampleStandardDeviation(values: readonly number[]): number {
  const middle = mean(values);
  let sum = 0;
  for (const v of values) sum += (v - middle) * (v - middle);
  return Math.sqrt(sum / (values.length - 1));
}

/**
 * Returns the standard deviation of a sample, with `n - 1` degrees of freedom; 0 for a sample of one.
 *
 * @throws {RangeError} for an empty sample.
 *
 * @example
 * ```ts
 * import { deviation } from "./sample.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([deviation([1, 2, 3]), deviation([7])], [1, 0]);
 * ```
 */
export function deviation(values: readonly number[]): number {
  requireValues(values);
  return values.length < 2 ? 0 : sampleStandardDeviation(values);
}

/**
 * Returns the quantile `p` of a sample, 0 to 1, by linear interpolation between order statistics: type 7 of Hyndman and
 * Fan, the default of NumPy and R.
 *
 * @throws {RangeError} for an empty sample, or `p` out of its range.
 *
 * @example
 * ```ts
 * import { quantile } from "./sample.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(quantile([4, 1, 3], 0.25), 2);
 * ```
 */
export function quantile(values: readonly number[], p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must be from 0 to 1, got ${p}`);
  requireValues(values);
  const sorted = Float64Array.from(values).sort();
  const rank = (sorted.length - 1) * p;
  const [lower, upper] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
  return rank % 1 === 0 ? lower : lower + (rank - Math.floor(rank)) * (upper - lower);
}

/** Returns the median: the middle value, or the mean of the two in the middle. @throws {RangeError} for an empty sample. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Returns the largest value. Unlike `Math.max(...values)` it takes samples of any size. @throws {RangeError} for none. */
export function max(values: readonly number[]): number {
  requireValues(values);
  return values.reduce((a, b) => (b > a ? b : a));
}

/** Returns the smallest value. Unlike `Math.min(...values)` it takes samples of any size. @throws {RangeError} for none. */
export function min(values: readonly number[]): number {
  requireValues(values);
  return values.reduce((a, b) => (b < a ? b : a));
}

/** @throws {RangeError} for an empty sample. */
function requireValues(values: readonly number[]): void {
  if (values.length === 0) throw new RangeError("a statistic needs a sample of at least one value, got none");
}
