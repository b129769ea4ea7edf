/**
 * Normal numbers as NumPy's older generator draws them, for data that are defined by its seeds.
 *
 * @module
 */
import { checkInteger, checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { portableLog } from "./inverse_normal.ts";
import { mt19937 } from "./mt19937.ts";

/** Options of {@linkcode numpyNormal}. */
export interface NumpyNormalOptions {
  /** The seed of `RandomState`: an integer in [0, 2^32). */
  readonly seed: number;
  /** The standard deviation, at least 0. 1 by default. */
  readonly std?: number;
}

const NUMPY_NORMAL_OPTIONS = { seed: true, std: false } satisfies OptionNames<NumpyNormalOptions>;

/**
 * Draws the numbers that `numpy.random.RandomState(seed).normal(0, std, n)` draws, rounded to float32: Marsaglia's polar
 * method on doubles of 53 random bits from MT19937. The logarithm has the same bits on every platform; the tests hold
 * hundreds of thousands of numbers to NumPy's, bit for bit.
 *
 * @param n how many: an integer in [0, 2^31)
 * @returns `[n]` float32
 * @throws {RangeError} for a seed or a number out of range.
 *
 * @example
 * ```ts
 * import { numpyNormal } from "./numpy_normal.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(numpyNormal(1, { seed: 42 })[0]!, 0.4967141530112327, 1e-7);
 * ```
 */
export function numpyNormal(n: number, options: NumpyNormalOptions): Float32Array<ArrayBuffer> {
  checkInteger("n", n, { low: 0, high: 2 ** 31 - 1 });
  checkOptions("numpyNormal", options, NUMPY_NORMAL_OPTIONS);
  const { seed, std = 1 } = options;
  checkNumber("std", std, "a finite number");
  if (std < 0) throw new RangeError(`std must be at least 0, got ${std}`);
  const pair = polarPairs(mt19937(seed));
  const values = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const [first, second] = pair();
    values[i] = std * first;
    if (i + 1 < n) values[i + 1] = std * second;
  }
  return values;
}

/** Returns a function that gives independent standard normal numbers in pairs, in NumPy's order. */
function polarPairs(word: () => number): () => readonly [number, number] {
  // 27 and 26 bits.
  const unit = () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
  return () => {
    for (;;) {
      const x = 2 * unit() - 1;
      const y = 2 * unit() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt(-2 * portableLog(square) / square);
      return [factor * y, factor * x];
    }
  };
}
