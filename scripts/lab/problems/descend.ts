/**
 * Minimizes functions of two variables with optimizers of the library, in double precision.
 *
 * @module
 */
import type { Optimizer } from "../../../mod.ts";
import type { Point, TestFunction } from "./test_functions.ts";

/** The result of a descent. */
export interface Descent {
  /** For each start, the points after each step, beginning with step 0. */
  readonly paths: readonly (readonly Point[])[];
  /** For each start, the last point. */
  readonly ends: readonly Point[];
}

/** The options of a descent. */
export interface DescendOptions {
  readonly optimizer: Optimizer;
  readonly starts: readonly Point[];
  readonly steps: number;
  /** Whether to keep the paths; `true` by default, else `paths` is empty. */
  readonly keepPaths?: boolean;
}

/**
 * Descends from all starts at once. The starts are the elements of one parameter vector per coordinate, so the optimizer
 * must treat elements independently, as all rules without norms over a parameter do.
 */
export function descend(
  { gradient }: Pick<TestFunction, "gradient">,
  { optimizer, starts, steps, keepPaths = true }: DescendOptions,
): Descent {
  let params = { x: Float64Array.from(starts, ([x]) => x), y: Float64Array.from(starts, ([, y]) => y) };
  let state = optimizer.init(params);
  const grads = { x: new Float64Array(starts.length), y: new Float64Array(starts.length) };
  const paths = starts.map((start): Point[] => (keepPaths ? [start] : []));
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < starts.length; i++) {
      [grads.x[i], grads.y[i]] = gradient(params.x[i]!, params.y[i]!);
    }
    [params, state] = optimizer.step(grads, state, params, { donate: true });
    if (keepPaths) paths.forEach((path, i) => path.push([params.x[i]!, params.y[i]!]));
  }
  return {
    paths: keepPaths ? paths : [],
    ends: starts.map((_, i): Point => [params.x[i]!, params.y[i]!]),
  };
}

/** Returns the index of the nearest point within a distance; -1 if there is none. */
export function nearestWithin([x, y]: Point, points: readonly Point[], distance: number): number {
  let [best, least] = [-1, distance];
  points.forEach(([px, py], i) => {
    const d = Math.hypot(x - px, y - py);
    if (d < least) [best, least] = [i, d];
  });
  return best;
}

/** Returns a grid of points over a region, row by row from its lower left corner. */
export function gridOver([[x0, x1], [y0, y1]]: TestFunction["region"], count: number): Point[] {
  const at = (low: number, high: number, i: number) => low + (high - low) * (i + 0.5) / count;
  return Array.from(
    { length: count * count },
    (_, k): Point => [at(x0, x1, k % count), at(y0, y1, Math.floor(k / count))],
  );
}
