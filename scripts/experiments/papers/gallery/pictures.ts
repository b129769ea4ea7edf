/**
 * The pictures of `gallery`: functions, starts, and where the rates come from.
 *
 * @module
 */
import {
  beale,
  type Point,
  ravine,
  rosenbrock,
  saddle,
  type TestFunction,
} from "../../../lab/problems/mod.ts";

/** A picture. */
export interface Picture {
  readonly name: string;
  readonly test: TestFunction;
  readonly start: Point;
  /** The function that the rates are tuned on. */
  readonly tunedOn: TestFunction;
  readonly tunedFrom: Point;
}

/** Beale's function near its minimum: the steep sides would take all contours. */
const BEALE: TestFunction = { ...beale, region: [[-1, 4.5], [-2, 2]] };
const START: Point = [1, 1.5];

/** A start all but on the axis along which the saddle is a minimum. */
export const SADDLE_START: Point = [-1, 1e-3];

/** The height below which the saddle has been left: 0 is its own. */
export const ESCAPED = -0.5;

/** The pictures, in order. */
export const PICTURES: readonly Picture[] = [
  { name: "beale", test: BEALE, start: START, tunedOn: BEALE, tunedFrom: START },
  { name: "saddle", test: saddle, start: SADDLE_START, tunedOn: BEALE, tunedFrom: START },
  { name: "ravine", test: ravine, start: [-1.6, 1], tunedOn: ravine, tunedFrom: [-1.6, 1] },
  { name: "rosenbrock", test: rosenbrock, start: [-1.2, 1], tunedOn: rosenbrock, tunedFrom: [-1.2, 1] },
];
