import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { inverseNormal } from "./inverse_normal.ts";
import { randomBits, type RandomKey } from "./random_bits.ts";

/** Options of {@linkcode normal}. */
export interface NormalOptions {
  /** The mean. 0 by default. */
  readonly mean?: number;
  /** The standard deviation, at least 0. 1 by default. */
  readonly std?: number;
}

const NORMAL_OPTIONS = { mean: false, std: false } satisfies OptionNames<NormalOptions>;

/**
 * Draws `n` normally distributed numbers, the same bits on every platform.
 *
 * Element `i` is `mean + std z`, where `z` is the inverse normal distribution at `(w + 1/2) / 2^32` and `w` word `i` of
 * {@linkcode randomBits}: one word a number, symmetric about the mean, and |z| at most 6.34 (the chance of a value
 * beyond is 2e-10). The inverse is taken with correctly rounded arithmetic alone (see `inverse_normal.ts`), in float64,
 * and rounded once.
 *
 * @param key seed, stream and step
 * @param n how many: an integer in [0, 2^31)
 * @returns `[n]` float32
 * @throws {RangeError} for a mean or deviation that is not finite, a negative deviation, or a key out of range.
 *
 * @example
 * ```ts
 * import { normal } from "./normal.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const values = normal({ seed: 0, stream: "weights" }, 10_000, { mean: 3, std: 0.1 });
 * assertAlmostEquals(values.reduce((a, b) => a + b) / 10_000, 3, 0.005);
 * ```
 */
export function normal(
  key: RandomKey,
  n: number,
  options: NormalOptions = {},
): Float32Array<ArrayBuffer> {
  checkOptions("normal", options, NORMAL_OPTIONS);
  const { mean = 0, std = 1 } = options;
  checkNumber("mean", mean, "a finite number");
  checkNumber("std", std, "a finite number");
  if (std < 0) throw new RangeError(`std must be at least 0, got ${std}`);
  const bits = randomBits(key, n);
  // A loop: `Float32Array.from` would first collect the words in an array of ten times their size.
  const values = new Float32Array(n);
  for (let i = 0; i < n; i++) values[i] = mean + std * inverseNormal((bits[i]! + 0.5) / 2 ** 32);
  return values;
}
