/**
 * Means as tables and verdicts show them.
 *
 * @module
 */
import { plusMinus } from "./plus_minus.ts";

/** Returns `0.1234 ± 0.0012`: mean and standard deviation; the mean alone for one value. */
export function meanText(values: readonly number[], digits = 4): string {
  return plusMinus(values, (v) => v.toFixed(digits));
}
