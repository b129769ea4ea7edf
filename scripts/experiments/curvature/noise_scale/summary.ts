/**
 * Noise scales of a training in a few numbers.
 *
 * @module
 */
import type { NoisePoint, NoiseRun } from "./data.ts";

/** The share of the measurements at either end of a training over which the noise scale is averaged. */
export const END = 0.2;

/**
 * Returns the noise scale over several measurements: both estimates are averaged before they are divided, as their quotient
 * is not without bias. Infinite where noise hides the gradient.
 */
export function scaleOf(points: readonly NoisePoint[]): number {
  const sum = (of: (p: NoisePoint) => number) => points.reduce((s, p) => s + of(p), 0);
  const squaredNorm = sum((p) => p.squaredNorm);
  return squaredNorm > 0 ? sum((p) => p.variance) / squaredNorm : Infinity;
}

/** Returns the noise scales over the first and the last measurements of a training; `NaN` if it diverged. */
export function endsOf({ points, diverged }: NoiseRun): { readonly first: number; readonly last: number } {
  if (diverged) return { first: NaN, last: NaN };
  const n = Math.max(1, Math.floor(END * points.length));
  return { first: scaleOf(points.slice(0, n)), last: scaleOf(points.slice(-n)) };
}
