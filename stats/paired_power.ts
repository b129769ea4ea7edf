import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { sidesOf, strictestLevel, TEST_OPTIONS, type TestOptions } from "./fewest_pairs.ts";
import { studentQuantile, studentTail } from "./student_tail.ts";

/** A design of a paired comparison. */
export interface PairedDesign extends TestOptions {
  /** The size of the true difference: a finite number above 0. */
  readonly effect: number;
  /** The standard deviation of the pairs' differences, in the unit of the effect: a finite number of at least 0. */
  readonly deviation: number;
}

/** Options of {@linkcode pairedPower}. */
export interface PairedPowerOptions extends PairedDesign {
  /** The number of pairs: an integer of at least 2. */
  readonly pairs: number;
}

/** The names of {@linkcode PairedPowerOptions}. */
export const PAIRED_POWER_OPTIONS = {
  ...TEST_OPTIONS,
  effect: true,
  deviation: true,
  pairs: true,
} satisfies OptionNames<PairedPowerOptions>;

/**
 * Returns the power of the paired t-test: the probability that it finds a difference of a size, for differences with a
 * normal distribution. The sign-flip test has the same power, within 2 points, from about twice as many pairs on as
 * it needs to reach its level at all; with fewer it has less: see `signFlipPower`.
 *
 * With `comparisons` it is the power at `level / comparisons`: the probability that this difference stands after Holm's
 * procedure is at least as large.
 *
 * @returns a probability
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { pairedPower } from "./paired_power.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(pairedPower({ pairs: 34, effect: 0.5, deviation: 1 }), 0.808, 0.001);
 * ```
 *
 * @see Cohen: Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 2.
 */
export function pairedPower(options: PairedPowerOptions): number {
  checkOptions("pairedPower", options, PAIRED_POWER_OPTIONS);
  const { pairs, effect, deviation } = options;
  checkNumber("pairs", pairs, "an integer of at least 2");
  checkDesign(options);
  const degrees = pairs - 1;
  const shift = Math.sqrt(pairs) * effect / deviation;
  const sides = sidesOf(options);
  const bound = studentQuantile(strictestLevel(options) / sides, { degrees });
  const right = studentTail(bound, { degrees, shift });
  // The probability of a significant difference on the wrong side counts as well, as in a two-sided test.
  return sides === 1 ? right : right + studentTail(bound, { degrees, shift: -shift });
}

/** Checks effect and deviation of a design. @throws {RangeError} for one out of range. */
export function checkDesign({ effect, deviation }: PairedDesign): void {
  checkNumber("effect", effect, "a finite number above 0");
  checkNumber("deviation", deviation, "a finite number of at least 0");
}
