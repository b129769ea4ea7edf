import { checkNumber, choice, type Declarations, filledOptions } from "../options/mod.ts";
import { checkBoundaries } from "./check_boundaries.ts";
import type { Schedule } from "./schedule.ts";

/** The curve from one value to the next: a straight line, or half a cosine wave. */
export type Interpolation = "linear" | "cosine";

/** Options of {@linkcode piecewiseInterpolated}. */
export interface PiecewiseInterpolatedOptions {
  /** The steps at which `values[1]`, `values[2]`, … are reached: integers of at least 1, ascending. */
  readonly boundaries: readonly number[];
  /** The values, one more than the boundaries, the first at step 0: finite numbers of at least 0. */
  readonly values: readonly number[];
  /** The curve from one value to the next. `"linear"` by default. */
  readonly interpolation?: Interpolation;
}

/** The declarations of {@linkcode PiecewiseInterpolatedOptions}. */
export const PIECEWISE_INTERPOLATED_OPTIONS = {
  boundaries: { kind: "other", required: true },
  values: { kind: "other", required: true },
  interpolation: choice(["linear", "cosine"], "linear"),
} satisfies Declarations<PiecewiseInterpolatedOptions>;

/**
 * Moves from one value to the next, reaching each at its boundary, and keeps the last one. Optax gives factors to
 * multiply by where this takes the values themselves.
 *
 * @throws {RangeError} for an option out of range, or when there is not one value more than boundaries.
 *
 * @example
 * ```ts
 * import { piecewiseInterpolated } from "./piecewise_interpolated.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = piecewiseInterpolated({ boundaries: [2, 6], values: [0, 1, 0.5] });
 * assertEquals([0, 1, 2, 4, 6, 9].map(schedule), [0, 0.5, 1, 0.75, 0.5, 0.5]);
 * ```
 *
 * @see Optax `piecewise_interpolate_schedule`.
 */
export function piecewiseInterpolated(options: PiecewiseInterpolatedOptions): Schedule {
  const { interpolation } = filledOptions("piecewiseInterpolated", options, PIECEWISE_INTERPOLATED_OPTIONS);
  const [boundaries, values] = [[...options.boundaries], [...options.values]];
  checkBoundaries("boundaries", boundaries);
  if (values.length !== boundaries.length + 1) {
    throw new RangeError(
      `values must hold ${boundaries.length + 1} numbers, one more than boundaries, got ${values.length}`,
    );
  }
  values.forEach((value, i) => checkNumber(`values[${i}]`, value, "a finite number of at least 0"));
  return interpolateKnots(boundaries, values, interpolation);
}

/**
 * Returns the schedule through `values[0]` at step 0 and `values[i]` at `boundaries[i - 1]`, which need not be whole.
 */
export function interpolateKnots(
  boundaries: readonly number[],
  values: readonly number[],
  interpolation: Interpolation,
): Schedule {
  const knots = [0, ...boundaries];
  return (step) => {
    const i = boundaries.filter((b) => b <= step).length;
    const [a, b] = [values[i] as number, values[i + 1]];
    if (b === undefined) return a;
    const from = knots[i] as number;
    const share = (step - from) / ((knots[i + 1] as number) - from);
    // A weighted mean, not a step from one end: exact at both, however far apart they lie.
    const weight = interpolation === "linear" ? share : (1 - Math.cos(Math.PI * share)) / 2;
    return (1 - weight) * a + weight * b;
  };
}
