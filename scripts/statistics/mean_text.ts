/**
 * Means and differences as tables and verdicts show them.
 *
 * @module
 */
import { bootstrap, type Estimate, mean } from "../../stats/mod.ts";
import { plusMinus } from "./plus_minus.ts";

/** Returns `0.1234 ± 0.0012`: mean and standard deviation; the mean alone for one value. */
export function meanText(values: readonly number[], digits = 4): string {
  return plusMinus(values, (v) => v.toFixed(digits));
}

/** A difference, and its text. */
export interface Difference extends Estimate {
  /** `difference of the means 0.12, 95% of ...`. */
  readonly text: string;
}

/**
 * Returns the mean of one sample less that of another, with its bootstrap interval (95 %): each sample is resampled with
 * replacement. Samples of one show no spread, so their interval has no bounds.
 */
export function meanDifference(
  a: readonly number[],
  b: readonly number[],
  { seed }: { seed: number },
): Difference {
  const estimate = bootstrap([a, b], ([x, y]) => mean(x!) - mean(y!), { seed });
  const { value, low, high } = estimate;
  const within = Number.isFinite(low)
    ? `95% of 10,000 bootstrap samples within ${low.toFixed(2)} to ${high.toFixed(2)}`
    : "of which one seed tells no interval";
  return { ...estimate, text: `difference of the means ${value.toFixed(2)}, ${within}` };
}
