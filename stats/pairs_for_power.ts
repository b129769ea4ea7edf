import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { inverseNormal } from "../random/inverse_normal.ts";
import { pairsReaching, sidesOf, strictestLevel, TEST_OPTIONS } from "./fewest_pairs.ts";
import { checkDesign, type PairedDesign, pairedPower } from "./paired_power.ts";
import { signFlipPower } from "./sign_flip_power.ts";

/** Options of {@linkcode pairsForPower}. */
export interface PairsForPowerOptions extends PairedDesign {
  /** The power wanted: in (0, 1); 0.8 by default. */
  readonly power?: number;
}

const PAIRS_FOR_POWER_OPTIONS = {
  ...TEST_OPTIONS,
  effect: true,
  deviation: true,
  power: false,
} satisfies OptionNames<PairsForPowerOptions>;

/**
 * Returns the pairs that a comparison by sign flips needs to find a difference of a size with a power: the fewest with
 * which the paired t-test has that power (see {@linkcode pairedPower}). Below twice the pairs that an exact sign-flip test
 * needs to reach its level at all (see {@linkcode fewestPairs}) it has less power than the t-test; there the power is
 * that of 4000 simulated comparisons (see {@linkcode signFlipPower}).
 *
 * The smallest effect that matters is a choice. The deviation comes from a pilot, whose few pairs tell it only roughly: with
 * 5 pairs the true one may be 2.9 times as large (95 %).
 *
 * @returns an integer of at least 2; `Infinity` from 2^31 on
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { pairsForPower } from "./pairs_for_power.ts";
 * import { assertEquals } from "@std/assert";
 * // Half a point of accuracy, with differences that scatter by one point.
 * assertEquals(pairsForPower({ effect: 0.5, deviation: 1 }), 34);
 * // A large effect: only the level counts.
 * assertEquals(pairsForPower({ effect: 90, deviation: 1, comparisons: 3 }), 7);
 * ```
 *
 * @see Cohen: Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 2.
 */
export function pairsForPower(options: PairsForPowerOptions): number {
  checkOptions("pairsForPower", options, PAIRS_FOR_POWER_OPTIONS);
  const { power = 0.8, ...design } = options;
  checkNumber("power", power, "in (0, 1)");
  checkDesign(design);
  const fewest = Math.max(2, pairsReaching(design));
  let pairs = pairsOfStudent(design, { power, fewest });
  while (pairs < 2 * fewest && signFlipPower({ ...design, pairs }) < power) pairs++;
  return pairs;
}

/** Returns the fewest pairs, at least `fewest`, with which the paired t-test has a power. */
function pairsOfStudent(
  design: PairedDesign,
  { power, fewest }: { readonly power: number; readonly fewest: number },
): number {
  const reaches = (pairs: number) => pairedPower({ ...design, pairs }) >= power;
  if (reaches(fewest)) return fewest;
  let low = Math.max(fewest, Math.floor(withKnownDeviation(design, power)) - 1);
  if (low >= 2 ** 31) return Infinity;
  if (reaches(low)) low = fewest;
  let high = low + 4;
  while (!reaches(high)) [low, high] = [high, high + 2 * (high - low)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reaches(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Returns the pairs that the normal test needs if the deviation is known: slightly fewer than the t-test. */
function withKnownDeviation(design: PairedDesign, power: number): number {
  const z = inverseNormal(power) - inverseNormal(strictestLevel(design) / sidesOf(design));
  return (z * design.deviation / design.effect) ** 2;
}
