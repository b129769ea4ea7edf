import { checkSample } from "./check_sample.ts";
import { mean } from "./sample.ts";

/**
 * Returns the interquartile mean: the mean of the values without the lowest and the highest quarter. Of n values it drops
 * `floor(n / 4)` on each side, so of up to three it is the mean. A few bad runs move it less than the mean; it uses more of
 * the values than the median, so its interval is narrower.
 *
 * @param values at least one, each finite; the scores of all runs of all tasks, say
 * @throws {RangeError} for no values, or one that is not finite.
 *
 * @example
 * ```ts
 * import { interquartileMean } from "./interquartile_mean.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(interquartileMean([1, 2, 4, 100]), 3);
 * ```
 *
 * @see Agarwal et al.: Deep Reinforcement Learning at the Edge of the Statistical Precipice, 2021, section 4.3.
 */
export function interquartileMean(values: readonly number[]): number {
  checkSample("values", values);
  const dropped = Math.floor(values.length / 4);
  const sorted = Float64Array.from(values).sort();
  return mean(Array.from(sorted.subarray(dropped, values.length - dropped)));
}
