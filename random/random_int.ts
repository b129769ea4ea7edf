import { checkInteger, checkOptions, type OptionNames } from "../options/mod.ts";
import { type RandomKey, wordSource } from "./random_bits.ts";

/** Options of {@linkcode randomInt}. */
export interface RandomIntOptions {
  /** The lower bound, included: an integer in [-2^31, 2^31). 0 by default. */
  readonly low?: number;
  /** The upper bound, excluded: an integer in (low, 2^31]. */
  readonly high: number;
}

const RANDOM_INT_OPTIONS = { low: false, high: true } satisfies OptionNames<RandomIntOptions>;

/**
 * Draws `n` integers, each of [low, high) equally likely.
 *
 * Words that would favor the smaller remainders are rejected, so element `i` is not made of word `i` in general; the
 * first `n` numbers of a key are the same however many are drawn.
 *
 * @param key seed, stream and step
 * @param n how many: an integer in [0, 2^31)
 * @returns `[n]` int32
 * @throws {RangeError} for bounds that are not integers in range, or the wrong way round, or a key out of range.
 *
 * @example
 * ```ts
 * import { randomInt } from "./random_int.ts";
 * import { assert } from "@std/assert";
 * assert(randomInt({ seed: 0, stream: "dice" }, 50, { low: 1, high: 7 }).every((v) => v >= 1 && v <= 6));
 * ```
 */
export function randomInt(
  key: RandomKey,
  n: number,
  options: RandomIntOptions,
): Int32Array<ArrayBuffer> {
  checkOptions("randomInt", options, RANDOM_INT_OPTIONS);
  const { low = 0, high } = options;
  checkInteger("low", low, { low: -(2 ** 31), high: 2 ** 31 - 1 });
  checkInteger("high", high, { low: low + 1, high: 2 ** 31 });
  checkInteger("n", n, { low: 0, high: 2 ** 31 - 1 });
  const next = wordSource(key);
  return new Int32Array(n).map(() => low + below(next, high - low));
}

/** Reduces a word of `next` to [0, bound), each equally likely; `bound` is an integer in [1, 2^32]. */
export function below(next: () => number, bound: number): number {
  const fair = 2 ** 32 - (2 ** 32 % bound);
  let word = next();
  while (word >= fair) word = next();
  return word % bound;
}
