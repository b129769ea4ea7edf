/**
 * Means and their spread.
 *
 * @module
 */

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
