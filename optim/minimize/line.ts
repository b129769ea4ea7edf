/**
 * A function along a line.
 *
 * @module
 */

/** A point on the line: the function and its slope at a multiple `t` of the direction. */
export interface OnLine {
  readonly t: number;
  readonly value: number;
  readonly slope: number;
  /** The gradient of the function there. */
  readonly gradient: Float64Array;
}

/** Evaluates the function at a multiple of the direction. */
export type AtMultiple = (t: number) => Promise<OnLine>;
