/**
 * Means and differences as tables and verdicts show them.
 *
 * @module
 */
import { bootstrap, type Estimate, mean, plusMinus } from "../statistics.ts";

/** `0.1234 ± 0.0012`: mean and standard deviation, the mean alone for one value. */
export function meanText(values: readonly number[], digits = 4): string {
  return plusMinus(values, (v) => v.toFixed(digits));
}

/**
 * The mean of one sample less that of another, and the middle 95% of it when both are drawn anew with replacement; without
 * bounds for samples of one, which tell nothing of their spread.
 */
export function meanDifference(
  a: readonly number[],
  b: readonly number[],
  { seed }: { seed: number },
): Estimate {
  return bootstrap([a, b], ([x, y]) => mean([...x!]) - mean([...y!]), { seed });
}
