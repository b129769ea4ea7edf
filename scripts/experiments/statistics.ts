/**
 * Means and their spread.
 *
 * @module
 */
import { uniform } from "../../mod.ts";

/** The mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** The standard deviation of a sample, of n - 1; 0 for one value. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const m = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (values.length - 1));
}

/** `0.1234 ± 0.0012`, without the spread where there is one value. */
export function meanText(values: readonly number[], digits = 4): string {
  const spread = values.length < 2 ? "" : ` ± ${deviation(values).toFixed(digits)}`;
  return `${mean(values).toFixed(digits)}${spread}`;
}

/** An interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The middle 95% of the differences of two means, `a` less `b`, when both samples are drawn anew with replacement. */
export function differenceInterval(
  a: readonly number[],
  b: readonly number[],
  { seed, resamples = 10_000 }: { seed: number; resamples?: number },
): Interval {
  const draws = uniform({ seed, stream: "bootstrap" }, resamples * (a.length + b.length));
  let next = 0;
  const drawn = (values: readonly number[]) =>
    mean(values.map(() => values[Math.floor(draws[next++]! * values.length)]!));
  const differences = Float64Array.from({ length: resamples }, () => drawn(a) - drawn(b)).sort();
  const at = (share: number) => differences[Math.round(share * (resamples - 1))]!;
  return { low: at(0.025), high: at(0.975) };
}
