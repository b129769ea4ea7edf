/**
 * The functions of two variables, with the points that descents begin at.
 *
 * @module
 */
import {
  beale,
  himmelblau,
  type Point,
  quadratic,
  rastrigin,
  ravine,
  rosenbrock,
  saddle,
  type TestFunction,
} from "../scripts/lab/problems/mod.ts";

/** A function, and where to begin. */
export interface PlayFunction {
  readonly of: TestFunction;
  readonly start: Point;
}

/** The functions by name. */
export const FUNCTIONS = {
  rosenbrock: { of: rosenbrock, start: [-1.5, 2] },
  beale: { of: beale, start: [-2, -1] },
  himmelblau: { of: himmelblau, start: [-0.5, -4] },
  rastrigin: { of: rastrigin, start: [3.4, 2.6] },
  ravine: { of: ravine, start: [-1.5, 0.5] },
  quadratic: { of: quadratic(100), start: [-8, 1.5] },
  saddle: { of: saddle, start: [-1.2, 0.001] },
} as const satisfies Record<string, PlayFunction>;

/** The name of a function. */
export type FunctionName = keyof typeof FUNCTIONS;

export type { Point, TestFunction };
