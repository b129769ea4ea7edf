import { checkNumber, checkOptions, type Declarations } from "../options/mod.ts";
import { checkBoundaries } from "./check_boundaries.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode piecewiseConstant}. */
export interface PiecewiseConstantOptions {
  /** The steps at which the next value begins: integers of at least 1, ascending. */
  readonly boundaries: readonly number[];
  /** The values, one more than the boundaries: finite numbers of at least 0. */
  readonly values: readonly number[];
}

/** The declarations of {@linkcode PiecewiseConstantOptions}. */
export const PIECEWISE_CONSTANT_OPTIONS = {
  boundaries: { kind: "other", required: true },
  values: { kind: "other", required: true },
} satisfies Declarations<PiecewiseConstantOptions>;

/**
 * Returns `values[i]`, where `i` is how many boundaries lie at or before the step.
 *
 * @throws {RangeError} for an option out of range, or when there is not one value more than boundaries.
 *
 * @example
 * ```ts
 * import { piecewiseConstant } from "./piecewise_constant.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = piecewiseConstant({ boundaries: [10, 20], values: [1, 3, 2] });
 * assertEquals([9, 10, 20].map(schedule), [1, 3, 2]);
 * ```
 *
 * @see Keras `PiecewiseConstantDecay`, whose boundaries still belong to the value before.
 */
export function piecewiseConstant(options: PiecewiseConstantOptions): Schedule {
  checkOptions("piecewiseConstant", options, PIECEWISE_CONSTANT_OPTIONS);
  const [boundaries, values] = [[...options.boundaries], [...options.values]];
  checkBoundaries("boundaries", boundaries);
  if (values.length !== boundaries.length + 1) {
    throw new RangeError(
      `values must hold ${boundaries.length + 1} numbers, one more than boundaries, got ${values.length}`,
    );
  }
  values.forEach((value, i) => checkNumber(`values[${i}]`, value, "a finite number of at least 0"));
  return (step) => values[boundaries.filter((b) => b <= step).length] as number;
}
