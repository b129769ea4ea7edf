import { checkInteger, checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { inverseNormal, portableLog } from "./inverse_normal.ts";
import { portableExp } from "./portable_exp.ts";
import { type RandomKey, wordSource } from "./random_bits.ts";

/** Options of {@linkcode beta}. */
export interface BetaOptions {
  /** The first shape: a finite number above 0. */
  readonly a: number;
  /** The second shape: a finite number above 0. The mean is `a / (a + b)`. */
  readonly b: number;
}

const SMALL = 2 ** -900;

const BETA_OPTIONS = { a: true, b: true } satisfies OptionNames<BetaOptions>;

/**
 * Draws `n` numbers of the beta distribution with shapes `a` and `b`, the same bits on every platform.
 *
 * A number is `x / (x + y)` for gamma variates `x` and `y` of the two shapes, by their logarithms, so that small shapes do
 * not end in 0 / 0. Variates are drawn by rejection: the first `n` numbers of a key are the same however many are drawn.
 *
 * @param key seed, stream and step
 * @param n how many: an integer in [0, 2^31)
 * @returns `[n]` float32 in [0, 1]
 * @throws {RangeError} for a shape that is not finite and above 0, or `n` or a key out of range.
 *
 * @example
 * ```ts
 * import { beta } from "./beta.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const values = beta({ seed: 0, stream: "mixup" }, 10_000, { a: 1, b: 3 });
 * assertAlmostEquals(values.reduce((a, b) => a + b) / 10_000, 0.25, 0.005);
 * ```
 *
 * @see Marsaglia, Tsang: A simple method for generating gamma variables, ACM Transactions on Mathematical Software 26 (2000).
 */
export function beta(key: RandomKey, n: number, options: BetaOptions): Float32Array<ArrayBuffer> {
  checkOptions("beta", options, BETA_OPTIONS);
  const { a, b } = options;
  checkNumber("a", a, "a finite number above 0");
  checkNumber("b", b, "a finite number above 0");
  checkInteger("n", n, { low: 0, high: 2 ** 31 - 1 });
  const next = wordSource(key);
  const values = new Float32Array(n);
  // Of such small shapes only their ratio matters: all numbers are 0 or 1. Logarithms divided by them would be infinite.
  const factor = Math.max(a, b) < SMALL ? 1 / SMALL : 1;
  for (let i = 0; i < n; i++) {
    values[i] = 1 / (1 + portableExp(-logGamma(next, a * factor) + logGamma(next, b * factor)));
  }
  return values;
}

/** Returns a uniform number in (0, 1): the middle of one of 2^32 cells. */
function open(next: () => number): number {
  return (next() + 0.5) / 2 ** 32;
}

/** Draws the logarithm of a gamma variate. */
function logGamma(next: () => number, shape: number): number {
  // A variate of a shape below 1 is one of the next shape times u^(1 / shape).
  if (shape < 1) return logGamma(next, shape + 1) + portableLog(open(next)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = inverseNormal(open(next));
    const root = 1 + c * x;
    const log = root > 0 ? 3 * portableLog(root) : -Infinity;
    const v = root * root * root;
    if (root > 0 && portableLog(open(next)) < x * x / 2 + d * (1 - v + log)) return portableLog(d) + log;
  }
}
