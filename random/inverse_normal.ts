/**
 * The inverse of the normal distribution's cumulative function, from additions, multiplications, divisions and square
 * roots alone. IEEE 754 rounds those in one way, so the bits are the same on every platform; `Math.log`, `Math.cos` and
 * their like, which the Box-Muller method needs, may differ between engines in the last place.
 *
 * @see Wichura: Algorithm AS 241: The percentage points of the normal distribution, Applied Statistics 37 (1988), PPND16.
 *
 * @module
 */

/** Coefficients from the constant term up, numerator and denominator, of the three ranges of AS 241. */
const CENTRE = [
  [
    3.3871328727963666080e0,
    1.3314166789178437745e2,
    1.9715909503065514427e3,
    1.3731693765509461125e4,
    4.5921953931549871457e4,
    6.7265770927008700853e4,
    3.3430575583588128105e4,
    2.5090809287301226727e3,
  ],
  [
    1,
    4.2313330701600911252e1,
    6.8718700749205790830e2,
    5.3941960214247511077e3,
    2.1213794301586595867e4,
    3.9307895800092710610e4,
    2.8729085735721942674e4,
    5.2264952788528545610e3,
  ],
] as const;
const NEAR = [
  [
    1.42343711074968357734e0,
    4.63033784615654529590e0,
    5.76949722146069140550e0,
    3.64784832476320460504e0,
    1.27045825245236838258e0,
    2.41780725177450611770e-1,
    2.27238449892691845833e-2,
    7.74545014278341407640e-4,
  ],
  [
    1,
    2.05319162663775882187e0,
    1.67638483018380384940e0,
    6.89767334985100004550e-1,
    1.48103976427480074590e-1,
    1.51986665636164571966e-2,
    5.47593808499534494600e-4,
    1.05075007164441684324e-9,
  ],
] as const;
const FAR = [
  [
    6.65790464350110377720e0,
    5.46378491116411436990e0,
    1.78482653991729133580e0,
    2.96560571828504891230e-1,
    2.65321895265761230930e-2,
    1.24266094738807843860e-3,
    2.71155556874348757815e-5,
    2.01033439929228813265e-7,
  ],
  [
    1,
    5.99832206555887937690e-1,
    1.36929880922735805310e-1,
    1.48753612908506148525e-2,
    7.86869131145613259100e-4,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15,
  ],
] as const;

function ratio([top, bottom]: readonly [readonly number[], readonly number[]], x: number): number {
  return polynomial(top, x) / polynomial(bottom, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * x + (coefficients[k] as number);
  return sum;
}

// Read for the exponent.
const bits = new DataView(new ArrayBuffer(8));

/**
 * Returns the natural logarithm of a normal float64 above 0, to a relative 1e-15, the same bits everywhere: the
 * exponent times ln 2, and the series `2 (s + s^3/3 + s^5/5 + …)` with `s = (m - 1)/(m + 1)` for a mantissa `m` near 1.
 */
export function portableLog(x: number): number {
  bits.setFloat64(0, x);
  let exponent = ((bits.getUint16(0) >>> 4) & 0x7ff) - 1023;
  bits.setUint16(0, (bits.getUint16(0) & 0x800f) | 0x3ff0);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  // |s| < 0.172: the term of s^25 is below 1e-19.
  let series = 0;
  for (let k = 23; k >= 1; k -= 2) series = series * s * s + 1 / k;
  return exponent * Math.LN2 + 2 * s * series;
}

/**
 * Returns the number that a standard normal variable stays below with probability `p`; relative error about 1e-15.
 *
 * @param p in the open interval (0, 1)
 * @throws {RangeError} for `p` outside (0, 1).
 *
 * @example
 * ```ts
 * import { inverseNormal } from "./inverse_normal.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(inverseNormal(0.975), 1.959963984540054, 1e-14);
 * ```
 */
export function inverseNormal(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`p must be in (0, 1), got ${p}`);
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-portableLog(q < 0 ? p : 1 - p));
  const z = r <= 5 ? ratio(NEAR, r - 1.6) : ratio(FAR, r - 5);
  return q < 0 ? -z : z;
}
