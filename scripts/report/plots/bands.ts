/**
 * Bands around means over seeds: the same in all plots.
 *
 * @module
 */
import { mean } from "../../statistics/mod.ts";

/** The explanation of lines and bands over seeds. */
export const BANDS = "Lines: means over the seeds. Bands: from the least to the largest value of a seed.";

/** Returns the height of a line and the edges of its band; no edges for a single value. */
export function seedPoint(values: readonly number[]): { y: number; low?: number; high?: number } {
  const y = mean([...values]);
  return values.length < 2 ? { y } : { y, low: Math.min(...values), high: Math.max(...values) };
}
