import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { randomBits, type RandomKey } from "./random_bits.ts";

/** Options of {@linkcode uniform}. */
export interface UniformOptions {
  /** The lower bound, included. 0 by default. */
  readonly low?: number;
  /** The upper bound, excluded; at least `low`. 1 by default. */
  readonly high?: number;
}

const UNIFORM_OPTIONS = { low: false, high: false } satisfies OptionNames<UniformOptions>;

/**
 * Draws `n` numbers uniform in [low, high): `low + (high - low) u`, where `u` is a multiple of 2^-24 in [0, 1).
 *
 * Element `i` is made of the upper 24 bits of word `i` of {@linkcode randomBits}, so that the standard form is exact in
 * float32. Other bounds are computed in float64 and rounded once; what rounds up to `high` becomes the number below.
 *
 * @param key seed, stream and step
 * @param n how many: an integer in [0, 2^31)
 * @returns `[n]` float32
 * @throws {RangeError} for bounds that are not finite or the wrong way round, or a key out of range.
 *
 * @example
 * ```ts
 * import { uniform } from "./uniform.ts";
 * import { assert } from "@std/assert";
 * const values = uniform({ seed: 0, stream: "weights" }, 100, { low: -1, high: 1 });
 * assert(values.every((v) => v >= -1 && v < 1));
 * ```
 */
export function uniform(
  key: RandomKey,
  n: number,
  options: UniformOptions = {},
): Float32Array<ArrayBuffer> {
  checkOptions("uniform", options, UNIFORM_OPTIONS);
  const { low = 0, high = 1 } = options;
  checkNumber("low", low, "a finite number");
  checkNumber("high", high, "a finite number");
  if (high < low) throw new RangeError(`high must be at least low (${low}), got ${high}`);
  const bits = randomBits(key, n);
  const top = floatBelow(high);
  // A loop: `Float32Array.from` would first collect the words in an array of ten times their size.
  const values = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const value = Math.fround(low + (high - low) * ((bits[i]! >>> 8) * 2 ** -24));
    values[i] = value >= high && high > low ? top : value;
  }
  return values;
}

/** Returns the largest float32 that is less than `x`. */
function floatBelow(x: number): number {
  const value = new Float32Array([x]);
  if ((value[0] as number) < x) return value[0] as number;
  if (value[0] === 0) return -(2 ** -149);
  const bits = new Int32Array(value.buffer);
  bits[0] = (bits[0] as number) + (x > 0 ? -1 : 1);
  return value[0] as number;
}
