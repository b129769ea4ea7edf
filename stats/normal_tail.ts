/** The terms of the continued fraction: enough for 1e-15 from {@linkcode SERIES_ENDS} on. */
const TERMS = 80;

/** The `x` from which on the continued fraction of `erfc(x)` is used instead of the series of `erf(x)`. */
const SERIES_ENDS = 2;

/**
 * Returns the probability that a standard normal variable is above `z`: `erfc(z / √2) / 2`. The relative error is about
 * 1e-14, also far out in the tail.
 *
 * @param z any number; infinities give 0 and 1
 * @returns a probability; `NaN` for `NaN`
 *
 * @example
 * ```ts
 * import { normalTail } from "./normal_tail.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(normalTail(1.959963984540054), 0.025, 1e-15);
 * ```
 *
 * @see Abramowitz, Stegun: Handbook of Mathematical Functions, 1964, 7.1.6 and 7.1.14.
 */
export function normalTail(z: number): number {
  const upper = erfc(Math.abs(z) / Math.SQRT2) / 2;
  return z < 0 ? 1 - upper : upper;
}

/**
 * Returns the logarithm of {@linkcode normalTail}, also where the probability is too small for a number.
 *
 * @param z any number; infinities give 0 and -Infinity
 *
 * @example
 * ```ts
 * import { logNormalTail } from "./normal_tail.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(logNormalTail(40), -804.6084420137538, 1e-9);
 * ```
 */
export function logNormalTail(z: number): number {
  if (z < 0) return Math.log1p(-normalTail(-z));
  const x = z / Math.SQRT2;
  return x < SERIES_ENDS || x === Infinity ? Math.log(normalTail(z)) : Math.log(scaledErfc(x) / 2) - x * x;
}

/** Returns the complementary error function of `x >= 0`. */
function erfc(x: number): number {
  if (x === Infinity) return 0;
  return x < SERIES_ENDS ? 1 - erfSeries(x) : Math.exp(-x * x) * scaledErfc(x);
}

/** Returns `2 / √π exp(-x²) (x + 2 x³ / 3 + 4 x⁵ / 15 + …)`, all terms of one sign. */
function erfSeries(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= 2 * x * x / (2 * k + 1);
    sum += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}

/** Returns `exp(x²) erfc(x) = 1 / √π / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + …))))`. */
function scaledErfc(x: number): number {
  let denominator = x;
  for (let k = TERMS; k >= 1; k--) denominator = x + k / 2 / denominator;
  return 1 / Math.sqrt(Math.PI) / denominator;
}
