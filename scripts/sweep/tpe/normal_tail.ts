/**
 * The normal distribution in logarithms, accurate in both tails: probabilities of intervals and quantiles of truncated
 * normals.
 *
 * @module
 */
const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** The argument from which erfc is computed as a continued fraction; below it, 1 - erf loses less than a digit. */
const FAR = 1;

/** The levels of the continued fraction at {@linkcode FAR}; at z it needs about z^2 times fewer, and at least 30. */
const LEVELS = 180;
const FEWEST_LEVELS = 30;

/** Returns the logarithm of the standard normal density. */
export function logDensity(x: number): number {
  return -0.5 * x * x - LOG_ROOT_TWO_PI;
}

/** Returns log P(Z <= x) of a standard normal Z. */
export function logCdf(x: number): number {
  if (x > 0) return Math.log1p(-cdf(-x));
  const z = -x * Math.SQRT1_2;
  return z < FAR ? Math.log(cdf(x)) : -z * z + Math.log(0.5 * scaledErfc(z));
}

/** Returns log P(a < Z <= b) of a standard normal Z; `a` is below `b`. */
export function logMass(a: number, b: number): number {
  if (b <= 0) return logDifference(logCdf(b), logCdf(a));
  if (a > 0) return logDifference(logCdf(-a), logCdf(-b));
  return Math.log1p(-cdf(a) - cdf(-b));
}

/** Returns the quantile `u`, from 0 to 1, of a standard normal that is truncated to [a, b]. */
export function truncatedQuantile(u: number, { a, b }: { a: number; b: number }): number {
  if (u <= 0) return a;
  if (u >= 1) return b;
  const mass = logMass(a, b);
  // The left tail has the smaller logarithms, so the right one is mirrored.
  return a < 0
    ? inverseLogCdf(logSum(logCdf(a), Math.log(u) + mass))
    : -inverseLogCdf(logSum(logCdf(-b), Math.log1p(-u) + mass));
}

/** Returns the x of log P(Z <= x) = y by Newton's method; y is below 0. */
function inverseLogCdf(y: number): number {
  // Logarithms near 0 lose the digits of the right tail, so it is mirrored too.
  if (y > -1e-2) return -inverseLogCdf(Math.log(-Math.expm1(y)));
  let x = y < -5
    ? -Math.sqrt(-2 * (y + LOG_ROOT_TWO_PI))
    // The logistic distribution of the same variance.
    : -Math.sqrt(3) / Math.PI * Math.log(Math.expm1(-y));
  for (let i = 0; i < 100; i++) {
    const value = logCdf(x);
    const change = (value - y) * Math.exp(value - logDensity(x));
    x -= change;
    if (Math.abs(change) < 1e-8 * Math.abs(x) + 1e-15) break;
  }
  return x;
}

/** Returns P(Z <= x) of a standard normal Z for `x` of at most 0. */
function cdf(x: number): number {
  const z = -x * Math.SQRT1_2;
  return z < FAR ? 0.5 * (1 - erf(z)) : 0.5 * Math.exp(-z * z) * scaledErfc(z);
}

/** Returns erf(z) for z from 0 to {@linkcode FAR}: its series of positive terms (Abramowitz and Stegun, 7.1.6). */
function erf(z: number): number {
  let term = z;
  let sum = term;
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= 2 * z * z / (2 * n + 1);
    sum += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
}

/** Returns exp(z^2) erfc(z) for z from {@linkcode FAR} on: the continued fraction of Abramowitz and Stegun, 7.1.14. */
function scaledErfc(z: number): number {
  let rest = z;
  for (let n = Math.max(FEWEST_LEVELS, Math.ceil(LEVELS / (z * z))); n > 0; n--) rest = z + n / 2 / rest;
  return 1 / (Math.sqrt(Math.PI) * rest);
}

/** Returns log(exp(p) + exp(q)). */
function logSum(p: number, q: number): number {
  return Math.max(p, q) + Math.log1p(Math.exp(-Math.abs(p - q)));
}

/** Returns log(exp(p) - exp(q)); p is above q. */
function logDifference(p: number, q: number): number {
  return p + Math.log1p(-Math.exp(q - p));
}
