/**
 * Statistics over seeds, with intervals and tests by resampling.
 *
 * @module
 */
import { mean, quantile, sampleStandardDeviation } from "simple-statistics";
import { randomInt } from "../mod.ts";

export { max, mean, median, min, quantile } from "simple-statistics";

/** Confidence of intervals. */
export const CONFIDENCE = 0.95;

/** The standard deviation of a sample; 0 for a sample of one. */
export function deviation(values: readonly number[]): number {
  return values.length < 2 ? 0 : sampleStandardDeviation([...values]);
}

/** `0.972 ± 0.004`: mean and standard deviation; the mean alone for a sample of one. */
export function plusMinus(values: readonly number[], format: (v: number) => string): string {
  const middle = format(mean([...values]));
  return values.length < 2 ? middle : `${middle} ± ${format(deviation(values))}`;
}

/** A number of which an interval is known. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How to resample. */
export interface ResampleOptions {
  /** How often; 10000 by default. */
  readonly resamples?: number;
  /** Seed of the resampling; 0 by default. */
  readonly seed?: number;
}

/**
 * A statistic of samples and its bootstrap interval (percentiles, 95 %): all samples are resampled with replacement, each on its own.
 *
 * A sample of one tells nothing of its spread: the interval has no bounds then.
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
  const [low, high] = quantile(values, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]);
  return { value: statistic(samples), low: low!, high: high! };
}

/** What a paired comparison found. */
export interface Comparison extends Estimate {
  /** The two-sided p-value of no difference, by flipping signs of the pairs' differences. */
  readonly p: number;
}

/**
 * Compares two measurements of the same seeds, pair by pair: the mean of `a - b`, its bootstrap interval over pairs, and the
 * p-value of the exact sign-flip test (of a random part of the flips for more than 12 pairs).
 *
 * With n pairs the p-value cannot be below 2^(1-n): five seeds cannot show a difference at 5 %, six can.
 *
 * @see Fisher: The Design of Experiments, 1935, section 21.
 */
export function comparePaired(
  a: readonly number[],
  { with: b, ...options }: ResampleOptions & { with: readonly number[] },
): Comparison {
  if (a.length !== b.length) {
    throw new RangeError(`paired samples must be equally many, got ${a.length} and ${b.length}`);
  }
  const differences = a.map((v, i) => v - b[i]!);
  const estimate = bootstrap([differences], ([d]) => mean([...d!]), options);
  return { ...estimate, p: signFlip(differences, options) };
}

function signFlip(differences: readonly number[], { resamples = 10_000, seed = 0 }: ResampleOptions): number {
  const n = differences.length;
  const sum = (flips: number) =>
    Math.abs(differences.reduce((total, d, i) => total + (flips >>> i & 1 ? -d : d), 0));
  const observed = sum(0) * (1 - 1e-12);
  const flips = n <= 12
    ? Int32Array.from({ length: 2 ** n }, (_, i) => i)
    : randomInt({ seed, stream: "sign flips" }, resamples, { high: 2 ** Math.min(n, 31) });
  return flips.filter((f) => sum(f) >= observed).length / flips.length;
}
