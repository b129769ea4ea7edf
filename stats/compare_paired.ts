import { checkOptions, type OptionNames } from "../options/mod.ts";
import { bootstrap, type Estimate, RESAMPLE_OPTIONS, type ResampleOptions } from "./bootstrap.ts";
import { checkPairs } from "./check_sample.ts";
import { mean } from "./sample.ts";
import { signFlipTest } from "./sign_flips.ts";
import { displayedResult } from "./display.ts";

/** Options of {@linkcode comparePaired}. */
export interface ComparePairedOptions extends ResampleOptions {
  /** The measurements to compare with, in the same order. */
  readonly with: readonly number[];
}

const COMPARE_PAIRED_OPTIONS = { ...RESAMPLE_OPTIONS, with: true } satisfies OptionNames<
  ComparePairedOptions
>;

/** The result of a paired comparison. */
export interface Comparison extends Estimate {
  /** The two-sided p-value of no difference, by flipping signs of the pairs' differences. */
  readonly p: number;
}

/**
 * Compares two measurements of the same seeds, pair by pair: returns the mean of `a - b`, its bootstrap interval over
 * pairs (percentiles, 95 %, unless options say otherwise), and the p-value of the sign-flip test, which is exact for up to
 * 32 pairs and drawn at random for more.
 *
 * With n pairs the p-value is at least 2^(1-n): five seeds cannot show a difference at 5 %, six can. If a measurement
 * is not finite, interval and p-value are `NaN`: comparisons with them are false.
 *
 * @throws {RangeError} when the samples are empty or differ in size, or for an option out of range.
 *
 * @example
 * ```ts
 * import { comparePaired } from "./compare_paired.ts";
 * import { assertEquals } from "@std/assert";
 * const { p } = comparePaired([0.9, 0.8, 0.9, 0.7, 0.8, 0.9], { with: [0.7, 0.7, 0.8, 0.5, 0.7, 0.6] });
 * assertEquals(p, 2 / 64);
 * ```
 *
 * @see Fisher: The Design of Experiments, 1935, section 21.
 */
export function comparePaired(a: readonly number[], options: ComparePairedOptions): Comparison {
  checkOptions("comparePaired", options, COMPARE_PAIRED_OPTIONS);
  const { with: b, ...resampling } = options;
  checkPairs(a, b);
  const differences = a.map((v, i) => v - b[i]!);
  const estimate = bootstrap([differences], ([d]) => mean(d!), resampling);
  if (!differences.every(Number.isFinite)) {
    return displayedResult("comparePaired", { ...estimate, low: NaN, high: NaN, p: NaN });
  }
  const sizes = [...a, ...b].reduce((sum, v) => sum + Math.abs(v), 0);
  // Each difference carries the rounding of its operands, and each sum is rounded once per pair.
  const tolerance = (4 + a.length) * Number.EPSILON * sizes;
  const { resamples = 10_000, seed = 0 } = resampling;
  return displayedResult("comparePaired", {
    ...estimate,
    p: signFlipTest(differences, { resamples, seed, tolerance }),
  });
}
