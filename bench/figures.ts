/**
 * Medians and ranges of measured times, and their texts.
 *
 * @module
 */

/** The smallest and the largest of some numbers. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Returns the smallest and the largest. */
export function range(values: readonly number[]): Range {
  return { min: Math.min(...values), max: Math.max(...values) };
}

/** Returns a range as text, from the smallest to the largest. */
export function rangeText({ min, max }: Range): string {
  return `${digits(min)}–${digits(max)}`;
}

/** Returns a number in three significant digits. */
export function digits(v: number): string {
  return v >= 100 ? v.toFixed(0) : v.toPrecision(3);
}
