/**
 * Functions of two variables on a grid, and the heights of their contours.
 *
 * @module
 */

/** The part of the plane that is shown: along the horizontal axis, and along the vertical one. */
export interface Window {
  readonly across: readonly [low: number, high: number];
  readonly up: readonly [low: number, high: number];
}

/** Values on a grid, row by row, from low to high. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float64Array;
}

/** Samples of a function along each axis, and contours. */
const SIDE = 120;
const LEVELS = 14;

/** Returns the place at a share of an interval. */
export function place([low, high]: readonly [number, number], share: number): number {
  return low + (high - low) * share;
}

/** Returns a function's values on an even grid of 120 by 120 points, the corners included. */
export function sampled(f: (x: number, y: number) => number, { across, up }: Window): Grid {
  const at = (i: number) => i / (SIDE - 1);
  const values = Float64Array.from(
    { length: SIDE * SIDE },
    (_, i) => f(place(across, at(i % SIDE)), place(up, at(Math.floor(i / SIDE)))),
  );
  return { columns: SIDE, rows: SIDE, values };
}

/** Returns 14 heights between the lowest and the highest finite value, evenly spaced in log(1 + f - min f). */
export function evenLevels(values: Float64Array): number[] {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const top = Math.log1p(high - low);
  return Array.from({ length: LEVELS }, (_, i) => low + Math.expm1(top * (i + 1) / (LEVELS + 1)));
}
