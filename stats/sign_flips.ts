/**
 * Tests paired differences by sign flips.
 *
 * @module
 */
import { randomBits } from "../random/random_bits.ts";

/** The most pairs for which all flips are enumerated. */
export const MOST_EXACT = 20;

/** Options of {@linkcode signFlipTest}. */
export interface SignFlipOptions {
  /** The number of flips to draw for more than {@linkcode MOST_EXACT} pairs: at least 1; 10000 by default. */
  readonly resamples?: number;
  /** Seed of the drawn flips; 0 by default. */
  readonly seed?: number;
  /** The difference up to which two sums count as equal: at least 0; 0 by default. */
  readonly tolerance?: number;
}

/**
 * Returns the two-sided p-value of the hypothesis that the differences are symmetric about 0: the share of sign flips whose
 * sum is at least as far from 0 as the sum of the differences.
 *
 * Up to 20 pairs it enumerates all `2^n` flips, the identity included: p is a multiple of `2^(1-n)`, never 0. For more
 * pairs it draws `B` flips, of which `k` are as extreme, and `p = (k + 1) / (B + 1)`: the identity counts as one more
 * flip. Returns `NaN` if a difference is not finite.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { signFlipTest } from "./sign_flips.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(signFlipTest([0.2, 0.1, 0.3, 0.2, 0.4, 0.1]), 2 / 64);
 * ```
 *
 * @see Phipson, Smyth: Permutation p-values should never be zero, 2010.
 */
export function signFlipTest(
  differences: readonly number[],
  { resamples = 10_000, seed = 0, tolerance = 0 }: SignFlipOptions = {},
): number {
  if (!differences.every(Number.isFinite)) return NaN;
  // Sums that differ only by rounding are equal.
  const least = Math.abs(differences.reduce((a, b) => a + b, 0)) - tolerance;
  if (least <= 0) return 1;
  return differences.length <= MOST_EXACT
    ? exact(differences, least)
    : drawn(differences, { least, resamples, seed });
}

/**
 * Returns the share of all flips whose sum is at least `least` > 0 in size. It splits the differences into two halves
 * and combines their sums.
 */
function exact(differences: readonly number[], least: number): number {
  const half = differences.length >> 1;
  const [low, high] = [sumsOf(differences.slice(0, half)), sumsOf(differences.slice(half))];
  // As the sums of one half grow, more sums of the other half reach the bound.
  let [reaching, at] = [0, high.length];
  for (const a of low) {
    while (at > 0 && a + high[at - 1]! >= least) at--;
    reaching += high.length - at;
  }
  // Each flip has an opposite whose sum is as far below 0.
  return 2 * reaching / 2 ** differences.length;
}

/** Returns the sums under all flips, in ascending order. */
function sumsOf(differences: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** differences.length);
  differences.forEach((d, i) => {
    for (let k = 0; k < 2 ** i; k++) {
      const sum = sums[k]!;
      sums[k] = sum + d;
      sums[k + 2 ** i] = sum - d;
    }
  });
  return sums.sort();
}

function drawn(
  differences: readonly number[],
  { least, resamples, seed }: { least: number; resamples: number; seed: number },
): number {
  // One bit per difference: a word holds 32.
  const words = Math.ceil(differences.length / 32);
  const bits = randomBits({ seed, stream: "sign flips" }, resamples * words);
  let extreme = 0;
  for (let r = 0; r < resamples; r++) {
    const sum = differences.reduce((total, d, i) => {
      const flipped = bits[r * words + (i >>> 5)]! >>> (i & 31) & 1;
      return flipped ? total - d : total + d;
    }, 0);
    if (Math.abs(sum) >= least) extreme++;
  }
  return (extreme + 1) / (resamples + 1);
}
