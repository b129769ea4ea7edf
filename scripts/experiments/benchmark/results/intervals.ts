/**
 * Intervals of means and medians over a few seeds.
 *
 * With six seeds the percentile bootstrap of a mean, whose resamples are too narrow, covers it less often than it says;
 * Student's interval covers normal results exactly.
 *
 * @module
 */
import { CONFIDENCE, deviation, mean, studentQuantile } from "../../../statistics/mod.ts";

/** A number with its interval (95 %); `null` where there is none. */
export interface Interval {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** No number, such as that of runs of which one diverged. */
export const NO_INTERVAL: Interval = { value: null, low: null, high: null };

/** Critical values by the size of the sample: a page has thousands of intervals over the same number of seeds. */
const critical = new Map<number, number>();

/** Returns the value that Student's t exceeds on either side with a probability of 5 % in all, for `n` values: at least 2. */
function criticalT(n: number): number {
  const t = critical.get(n) ?? studentQuantile((1 - CONFIDENCE) / 2, { degrees: n - 1 });
  critical.set(n, t);
  return t;
}

/**
 * Returns a mean and its interval by Student's t; a single value has no interval, and values of which one is not finite
 * have no mean.
 *
 * @throws {RangeError} for no values.
 */
export function meanInterval(values: readonly number[]): Interval {
  if (!values.every(Number.isFinite)) return NO_INTERVAL;
  const value = mean(values);
  if (values.length < 2) return { value, low: null, high: null };
  const half = criticalT(values.length) * deviation(values) / Math.sqrt(values.length);
  return { value, low: value - half, high: value + half };
}

/**
 * Returns the order statistics between which the median of the population lies with at least 95 %, whatever the
 * distribution: the k-th smallest and the k-th largest value. Fewer than six values have no such interval. An end is
 * `null` if it is infinite, which is what a run counts as that did not reach its target.
 *
 * @see Conover: Practical Nonparametric Statistics, 1999, section 3.2.
 */
export function medianInterval(values: readonly number[]): Pick<Interval, "low" | "high"> {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  // The chance that at most k of n values are below the median.
  let [k, term, below] = [0, 0.5 ** n, 0.5 ** n];
  if (2 * below > 1 - CONFIDENCE) return { low: null, high: null };
  for (;;) {
    term *= (n - k) / (k + 1);
    if (2 * (below + term) > 1 - CONFIDENCE) break;
    below += term;
    k++;
  }
  const [low, high] = [sorted[k]!, sorted[n - 1 - k]!];
  return { low: finiteOrNull(low), high: finiteOrNull(high) };
}

/** Returns a number, or `null` where it is not finite. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
