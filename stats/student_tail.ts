/**
 * Student's t distribution.
 *
 * @module
 */
import { inverseNormal } from "../random/inverse_normal.ts";
import { normalTail } from "./normal_tail.ts";

/** The parts of the integrand that are smaller than `exp(-NEGLIGIBLE)` of its peak are left out. */
const NEGLIGIBLE = 40;

/**
 * Returns the probability that a variable with Student's t distribution is above `t`; with a `shift`, the noncentral t
 * distribution `(Z + shift) / S`, where `Z` is standard normal and `degrees S²` has a chi-squared distribution.
 *
 * It integrates `P(Z > t S - shift)` over the density of `log S` by the trapezoidal rule, which for such smooth integrands
 * is exact up to rounding: the relative error is about 1e-13 without a shift, the absolute error 1e-13 with one.
 *
 * @param t any number; infinities give 0 and 1
 * @param degrees degrees of freedom: above 0
 *
 * @example
 * ```ts
 * import { studentTail } from "./student_tail.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(studentTail(1, { degrees: 1 }), 0.25, 1e-14);
 * ```
 *
 * @see Trefethen, Weideman: The Exponentially Convergent Trapezoidal Rule, 2014.
 */
export function studentTail(
  t: number,
  { degrees, shift = 0 }: { readonly degrees: number; readonly shift?: number },
): number {
  if (Math.abs(t) === Infinity) return t < 0 ? 1 : 0;
  // With the tail of a far t, the peak of the integrand moves to smaller S.
  const peak = t > 0 ? -Math.log1p(t * t / degrees) / 2 : 0;
  const right = Math.sqrt(NEGLIGIBLE / degrees);
  const left = peak - right - NEGLIGIBLE / degrees;
  const step = Math.min(0.1, 0.35 / Math.sqrt(degrees), 0.5 / (1 + Math.abs(shift)));
  // A shift this far to the right leaves nothing below t; without this, the steps would be too many.
  if (shift > Math.max(t * Math.exp(right), 0) + NEGLIGIBLE) return 1;
  if (shift < Math.min(t * Math.exp(right), 0) - NEGLIGIBLE) return 0;
  let [above, total] = [0, 0];
  for (let k = Math.floor(left / step); k <= right / step; k++) {
    const u = k * step;
    const density = Math.exp(degrees * (u - Math.expm1(2 * u) / 2));
    total += density;
    above += density * normalTail(t * Math.exp(u) - shift);
  }
  return above / total;
}

/**
 * Returns the number that a variable with Student's t distribution is above with probability `p`, to 14 digits.
 *
 * @param p in (0, 0.5]
 *
 * @example
 * ```ts
 * import { studentQuantile } from "./student_tail.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(studentQuantile(0.025, { degrees: 5 }), 2.570581835636314, 1e-12);
 * ```
 */
export function studentQuantile(p: number, { degrees }: { readonly degrees: number }): number {
  if (p === 0.5) return 0;
  // The tails of t are heavier than those of the normal distribution, so the bound is above the normal quantile.
  let low = -inverseNormal(p);
  let high = 2 * low + 1;
  while (studentTail(high, { degrees }) > p) [low, high] = [high, 2 * high];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    [low, high] = studentTail(middle, { degrees }) > p ? [middle, high] : [low, middle];
  }
}
