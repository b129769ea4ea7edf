/**
 * Minima of polynomials through known points.
 *
 * @module
 */
import type { OnLine } from "./line.ts";

/** What is known of a function at a point. */
export type Known = Pick<OnLine, "t" | "value" | "slope">;

/**
 * Returns the minimum of the cubic with the values and slopes of two points, within bounds; the middle of the bounds if it
 * has none.
 *
 * @see Nocedal, Wright: Numerical Optimization, 2006, equation 3.59.
 */
export function cubicMinimum(a: Known, b: Known, [least, most]: readonly [number, number]): number {
  const d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t);
  const square = d1 ** 2 - a.slope * b.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const d2 = Math.sqrt(square);
  const minimum = right.t -
    (right.t - left.t) * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
  return Math.min(Math.max(minimum, least), most);
}

/** Returns a critical point of the cubic through three points with the slope of the first; NaN if it has none. */
export function cubicThrough(a: Known, b: Omit<Known, "slope">, c: Omit<Known, "slope">): number {
  const [db, dc] = [b.t - a.t, c.t - a.t];
  const denominator = (db * dc) ** 2 * (db - dc);
  const [rb, rc] = [b.value - a.value - a.slope * db, c.value - a.value - a.slope * dc];
  const third = (dc ** 2 * rb - db ** 2 * rc) / denominator;
  const second = (-(dc ** 3) * rb + db ** 3 * rc) / denominator;
  return a.t + (-second + Math.sqrt(second * second - 3 * third * a.slope)) / (3 * third);
}

/** Returns the critical point of the parabola through two points with the slope of the first. */
export function parabolaThrough(a: Known, b: Omit<Known, "slope">): number {
  const db = b.t - a.t;
  const second = (b.value - a.value - a.slope * db) / db ** 2;
  return a.t - a.slope / (2 * second);
}
