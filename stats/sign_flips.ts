/**
 * Tests paired differences by sign flips.
 *
 * @module
 */
import { checkNumber, checkOptions, type OptionNames, SEED } from "../options/mod.ts";
import { randomBits } from "../random/random_bits.ts";
import { type Alternative, ALTERNATIVES } from "./alternative.ts";
import { checkSize } from "./check_sample.ts";

/** The most pairs for which all flips are counted: two halves of `2^16` sums each. */
export const MOST_EXACT = 32;

/** Options of {@linkcode signFlipTest}. */
export interface SignFlipOptions {
  /** The side of the difference: `"two-sided"` by default. */
  readonly alternative?: Alternative;
  /**
   * `"exact"` counts all flips, `"drawn"` draws some. `"auto"`, the default, is exact for up to {@linkcode MOST_EXACT}
   * pairs.
   */
  readonly method?: "auto" | "exact" | "drawn";
  /** The number of flips to draw: an integer of at least 1; 10000 by default. */
  readonly resamples?: number;
  /** Seed of the drawn flips: an integer in [0, 2^53); 0 by default. */
  readonly seed?: number;
  /**
   * The difference up to which two sums count as equal: a finite number of at least 0. By default that of sums that are
   * rounded in different orders.
   */
  readonly tolerance?: number;
}

const SIGN_FLIP_OPTIONS = {
  alternative: ALTERNATIVES,
  method: ["auto", "exact", "drawn"],
  resamples: false,
  seed: false,
  tolerance: false,
} satisfies OptionNames<SignFlipOptions>;

/**
 * Returns the p-value of the hypothesis that the differences are symmetric about 0: the share of sign flips whose sum is
 * at least as far from 0 as the sum of the differences (with `"greater"`, at least as large; with `"less"`, at least as
 * small).
 *
 * Up to 32 pairs it counts all `2^n` flips, the identity included: p is a multiple of `2^-n` (`2^(1-n)` two-sided),
 * never 0. For more pairs it draws `B` flips, of which `k` are as extreme, and `p = (k + 1) / (B + 1)`: the identity
 * counts as one more flip. Returns `NaN` if a difference is not finite: comparisons with it are false.
 *
 * @throws {RangeError} for no differences, more than 32 with `method: "exact"`, or an option out of range.
 *
 * @example
 * ```ts
 * import { signFlipTest } from "./sign_flips.ts";
 * import { assertEquals } from "@std/assert";
 * const differences = [0.2, 0.1, 0.3, 0.2, 0.4, 0.1];
 * assertEquals(signFlipTest(differences), 2 / 64);
 * assertEquals(signFlipTest(differences, { alternative: "greater" }), 1 / 64);
 * ```
 *
 * @see Fisher: The Design of Experiments, 1935, section 21.
 * @see Phipson, Smyth: Permutation p-values should never be zero, 2010.
 */
export function signFlipTest(differences: readonly number[], options: SignFlipOptions = {}): number {
  const { alternative, method, resamples, seed, tolerance } = checked(differences, options);
  if (!differences.every(Number.isFinite)) return NaN;
  const sides = alternative === "two-sided" ? 2 : 1;
  const signed = alternative === "less" ? differences.map((d) => -d) : differences;
  const sum = signed.reduce((a, b) => a + b, 0);
  // Sums that differ only by rounding are equal.
  const least = (sides === 2 ? Math.abs(sum) : sum) - tolerance;
  if (sides === 2 && least <= 0) return 1;
  return method === "exact"
    // Each flip has an opposite whose sum is as far below 0.
    ? sides * exactShare(signed, least)
    : drawnShare(signed, { least, sides, resamples, seed });
}

function checked(differences: readonly number[], options: SignFlipOptions): Required<SignFlipOptions> {
  checkOptions("signFlipTest", options, SIGN_FLIP_OPTIONS);
  checkSize("differences", differences);
  const { resamples = 10_000, seed = 0, tolerance = roundingOf(differences), method = "auto" } = options;
  checkNumber("resamples", resamples, "an integer of at least 1");
  checkNumber("seed", seed, SEED);
  if (differences.every(Number.isFinite)) {
    checkNumber("tolerance", tolerance, "a finite number of at least 0");
  }
  if (method === "exact" && differences.length > MOST_EXACT) {
    throw new RangeError(
      `an exact sign-flip test takes up to ${MOST_EXACT} differences, got ${differences.length}: use method "drawn"`,
    );
  }
  const exact = method === "exact" || method === "auto" && differences.length <= MOST_EXACT;
  const { alternative = "two-sided" } = options;
  return { alternative, method: exact ? "exact" : "drawn", resamples, seed, tolerance };
}

/** Returns by how much sums of the differences may differ that are equal but for rounding. */
function roundingOf(differences: readonly number[]): number {
  return differences.length * Number.EPSILON * differences.reduce((sum, d) => sum + Math.abs(d), 0);
}

/** Returns the share of all flips whose sum is at least `least`: it combines the sums of two halves of the differences. */
function exactShare(differences: readonly number[], least: number): number {
  const half = differences.length >> 1;
  const [low, high] = [sumsOf(differences.slice(0, half)), sumsOf(differences.slice(half))];
  // As the sums of one half grow, more sums of the other half reach the bound.
  let [reaching, at] = [0, high.length];
  for (const a of low) {
    while (at > 0 && a + high[at - 1]! >= least) at--;
    reaching += high.length - at;
  }
  return reaching / 2 ** differences.length;
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

function drawnShare(
  differences: readonly number[],
  { least, sides, resamples, seed }: { least: number; sides: 1 | 2; resamples: number; seed: number },
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
    if ((sides === 2 ? Math.abs(sum) : sum) >= least) extreme++;
  }
  return (extreme + 1) / (resamples + 1);
}
