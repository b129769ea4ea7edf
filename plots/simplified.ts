/**
 * Curves of fewer points.
 *
 * @module
 */

type Point = readonly [x: number, y: number];

/** Returns how far a point is from the line through two others; from the first if they are one. */
function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = Math.hypot(dx, dy);
  return length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs(dx * (y - ay) - dy * (x - ax)) / length;
}

/**
 * Returns those points of a curve without which it would be drawn more than `tolerance` beside its place, its ends included.
 *
 * @example
 * ```ts
 * import { simplified } from "./simplified.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(simplified([[0, 0], [1, 0.01], [2, 0], [3, 3]], 0.1), [[0, 0], [2, 0], [3, 3]]);
 * ```
 *
 * @see Douglas, Peucker: Algorithms for the reduction of the number of points required to represent a digitized line, 1973.
 */
export function simplified(points: readonly Point[], tolerance: number): Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 3) return [...points];
  let [farthest, most] = [0, tolerance];
  for (let i = 1; i < points.length - 1; i++) {
    const d = distance(points[i]!, first, last);
    if (d > most) [farthest, most] = [i, d];
  }
  if (farthest === 0) return [first, last];
  return [
    ...simplified(points.slice(0, farthest + 1), tolerance).slice(0, -1),
    ...simplified(points.slice(farthest), tolerance),
  ];
}
