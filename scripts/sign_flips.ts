/**
 * The sign-flip test of paired differences.
 *
 * @module
 */
import { randomBits } from "../mod.ts";

/** The most pairs for which every flip is counted. */
export const MOST_EXACT = 20;

/** How to draw flips where there are too many to count. */
export interface SignFlipOptions {
  /** How many to draw, for more than {@linkcode MOST_EXACT} pairs: at least 1; 10000 by default. */
  readonly resamples?: number;
  /** Seed of the flips that are drawn; 0 by default. */
  readonly seed?: number;
  /** How far apart two sums of differences may be and still count as equal: at least 0; 0 by default. */
  readonly tolerance?: number;
}

/**
 * Returns the two-sided p-value of the hypothesis that the differences are symmetric about 0: the share of sign flips whose
 * sum is at least as far from 0 as the sum of the differences.
 *
 * Up to 20 pairs all `2^n` flips are counted, the identity among them: p is a multiple of `2^(1-n)`, never 0. For more pairs
 * `B` flips are drawn, and `p = (k + 1) / (B + 1)`, where `k` of them are as extreme: the identity counts as one more. It is
 * `NaN` where a difference is not finite.
 *
 * @see Phipson, Smyth: Permutation p-values should never be zero, 2010.
 */
export function signFlipTest(
  differences: readonly number[],
  { resamples = 10_000, seed = 0, tolerance = 0 }: SignFlipOptions = {},
): number {
  if (!differences.every(Number.isFinite)) return NaN;
  // Sums that differ by rounding alone are equal.
  const least = Math.abs(differences.reduce((a, b) => a + b, 0)) - tolerance;
  if (least <= 0) return 1;
  return differences.length <= MOST_EXACT
    ? exact(differences, least)
    : drawn(differences, { least, resamples, seed });
}

/** The share of all flips whose sum is at least `least` > 0 in size: half the differences meet the other half. */
function exact(differences: readonly number[], least: number): number {
  const half = differences.length >> 1;
  const [low, high] = [sumsOf(differences.slice(0, half)), sumsOf(differences.slice(half))];
  // As one half's sums grow, ever more of the other's reach the bound with them.
  let [reaching, at] = [0, high.length];
  for (const a of low) {
    while (at > 0 && a + high[at - 1]! >= least) at--;
    reaching += high.length - at;
  }
  // Each flip has its opposite, whose sum is as far below 0.
  return 2 * reaching / 2 ** differences.length;
}

/** The sums under all flips, ascending. */
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
  // A bit for each difference, as a word holds no more than 32.
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
