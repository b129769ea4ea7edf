/**
 * Statistics over seeds, with intervals and tests by resampling.
 *
 * @module
 */
import { randomInt } from "../../mod.ts";
import { mean, quantile, sampleStandardDeviation } from "./sample.ts";
import { signFlipTest } from "./sign_flips.ts";

/** Confidence of intervals. */
export const CONFIDENCE = 0.95;

/** Returns the standard deviation of a sample; 0 for a sample of one. */
export function deviation(values: readonly number[]): number {
  return values.length < 2 ? 0 : sampleStandardDeviation([...values]);
}

/**
 * Returns mean and standard deviation, followed by a unit: `0.972 ± 0.004`; only the mean for a sample of one;
 * `diverged` or `1 of 3 diverged` if values are not finite.
 */
export function plusMinus(
  values: readonly number[],
  format: (v: number) => string,
  { unit = "" }: { unit?: string } = {},
): string {
  const diverged = values.filter((v) => !Number.isFinite(v)).length;
  if (diverged > 0) {
    return diverged === values.length ? "diverged" : `${diverged} of ${values.length} diverged`;
  }
  const middle = format(mean([...values]));
  return (values.length < 2 ? middle : `${middle} ± ${format(deviation(values))}`) + unit;
}

/** A number of which an interval is known. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The options of a bootstrap. */
export interface ResampleOptions {
  /** How often; 10000 by default. */
  readonly resamples?: number;
  /** Seed of the resampling; 0 by default. */
  readonly seed?: number;
}

/**
 * Returns a statistic of samples and its bootstrap interval (percentiles, 95 %): each sample is resampled with
 * replacement, independently.
 *
 * A sample of one shows no spread, so its interval has no bounds. If the statistic of any resample is `NaN`, both
 * bounds are `NaN`: comparisons with them are false.
 *
 * @see Efron, Tibshirani: An Introduction to the Bootstrap, 1993, chapter 13.
 */
export function bootstrap(
  samples: readonly (readonly number[])[],
  statistic: (samples: readonly (readonly number[])[]) => number,
  { resamples = 10_000, seed = 0 }: ResampleOptions = {},
): Estimate {
  if (samples.some((s) => s.length < 2)) {
    return { value: statistic(samples), low: -Infinity, high: Infinity };
  }
  const draws = samples.map((s, i) =>
    randomInt({ seed, stream: `bootstrap ${i}` }, resamples * s.length, { high: s.length })
  );
  const values = Array.from(
    { length: resamples },
    (_, r) => statistic(samples.map((s, i) => s.map((_, k) => s[draws[i]![r * s.length + k]!]!))),
  );
  if (values.some(Number.isNaN)) return { value: statistic(samples), low: NaN, high: NaN };
  const at = (side: 1 | -1) => quantile(values, (1 + side * CONFIDENCE) / 2);
  return { value: statistic(samples), low: at(-1), high: at(1) };
}

/** The result of a paired comparison. */
export interface Comparison extends Estimate {
  /** The two-sided p-value of no difference, by flipping signs of the pairs' differences. */
  readonly p: number;
}

/**
 * Compares two measurements of the same seeds, pair by pair: the mean of `a - b`, its bootstrap interval over pairs,
 * and the p-value of the sign-flip test: exact for up to 20 pairs, by random flips for more.
 *
 * With n pairs the p-value is at least 2^(1-n): five seeds cannot show a difference at 5 %, six can. If a measurement
 * is not finite, interval and p-value are `NaN`: comparisons with them are false.
 *
 * @throws {RangeError} when the samples are empty or differ in size.
 *
 * @see Fisher: The Design of Experiments, 1935, section 21.
 */
export function comparePaired(
  a: readonly number[],
  { with: b, ...options }: ResampleOptions & { with: readonly number[] },
): Comparison {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(
      `paired samples must have the same size of at least 1, got ${a.length} and ${b.length}`,
    );
  }
  const differences = a.map((v, i) => v - b[i]!);
  const estimate = bootstrap([differences], ([d]) => mean([...d!]), options);
  if (!differences.every(Number.isFinite)) return { ...estimate, low: NaN, high: NaN, p: NaN };
  const sizes = [...a, ...b].reduce((sum, v) => sum + Math.abs(v), 0);
  // Each difference carries the rounding of its operands, and each sum is rounded once per pair.
  const tolerance = (4 + a.length) * Number.EPSILON * sizes;
  return { ...estimate, p: signFlipTest(differences, { ...options, tolerance }) };
}

/**
 * Returns the item with the least value; the first of equal ones. NaN and infinities rank behind every number. Returns
 * the first item if no value is finite.
 */
export function leastBy<T>(items: readonly T[], valueOf: (item: T) => number): T {
  const rank = (item: T) => {
    const value = valueOf(item);
    return Number.isFinite(value) ? value : Infinity;
  };
  return items.reduce((a, b) => (rank(b) < rank(a) ? b : a));
}

/** Returns whether all values are finite and each of `a` is below each of `b`: a diverged run neither wins nor loses. */
export function allBelow(a: readonly number[], b: readonly number[]): boolean {
  return [...a, ...b].every(Number.isFinite) && Math.max(...a) < Math.min(...b);
}
