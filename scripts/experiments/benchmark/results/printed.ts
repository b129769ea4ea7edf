/**
 * Means as tables print them: with as many decimals as their intervals are known to.
 *
 * @module
 */
import type { Interval } from "./intervals.ts";

/** A mean and the half of its interval, as digits; a very small or large one is a multiple of a power of ten. */
export interface Printed {
  readonly mean: string;
  /** Absent for a single seed. */
  readonly half?: string;
  /** The power of ten that both are multiples of; 0 for most. */
  readonly power: number;
}

/** Decimals at the most, and those of numbers without any scatter. */
const MOST_DECIMALS = 6;
const CERTAIN_DECIMALS = 4;

/** Returns a mean times a factor, its half-width with two digits; `undefined` without a mean. */
export function printedOf({ value, low, high }: Interval, factor = 1): Printed | undefined {
  if (value === null) return undefined;
  const mean = factor * value;
  const half = low === null || high === null ? null : factor * (high - low) / 2;
  const size = Math.abs(mean);
  const power = size !== 0 && (size < 1e-3 || size >= 1e5) ? Math.floor(Math.log10(size)) : 0;
  const unit = 10 ** power;
  // A number alone is printed with four digits.
  const finest = half === null ? size / 100 : half;
  // Rounded first: 0.0999999 is 0.10, not 0.100.
  const rounded = Number((finest / unit).toPrecision(3));
  const decimals = rounded === 0
    ? CERTAIN_DECIMALS
    : Math.min(MOST_DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(rounded))));
  const digits = (v: number) => (v / unit).toFixed(decimals);
  return { mean: digits(mean), ...(half === null ? {} : { half: digits(half) }), power };
}

/** Returns a p-value in a sentence: `p = 0.031`, or `p < 0.0001`. */
export function pText(p: number): string {
  return p < 1e-4 ? "p < 0.0001" : `p = ${p.toPrecision(2)}`;
}
