/**
 * The normal distribution in logarithms, accurate in both tails: probabilities of intervals and quantiles of truncated
 * normals.
 *
 * @module
 */
import { logNormalTail, normalTail } from "../../../stats/normal_tail.ts";

const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Returns the logarithm of the standard normal density. */
export function logDensity(x: number): number {
  return -0.5 * x * x - LOG_ROOT_TWO_PI;
}

/** Returns log P(Z <= x) of a standard normal Z. */
export function logCdf(x: number): number {
  return logNormalTail(-x);
}

/** Returns log P(a < Z <= b) of a standard normal Z; `a` is below `b`. */
export function logMass(a: number, b: number): number {
  if (b <= 0) return logDifference(logCdf(b), logCdf(a));
  if (a > 0) return logDifference(logCdf(-a), logCdf(-b));
  return Math.log1p(-normalTail(-a) - normalTail(b));
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

/** Returns log(exp(p) + exp(q)). */
function logSum(p: number, q: number): number {
  return Math.max(p, q) + Math.log1p(Math.exp(-Math.abs(p - q)));
}

/** Returns log(exp(p) - exp(q)); p is above q. */
function logDifference(p: number, q: number): number {
  return p + Math.log1p(-Math.exp(q - p));
}
