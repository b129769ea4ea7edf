import { choice, type Declarations, filledOptions, fixed, flag, needed, open } from "../options/mod.ts";
import { interpolateKnots, type Interpolation } from "./piecewise_interpolated.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode oneCycle}. */
export interface OneCycleOptions {
  /** The highest value: a finite number above 0. */
  readonly peak: number;
  /** How many steps the cycle takes: an integer of at least 1. */
  readonly steps: number;
  /** The share of the steps spent on the way to the peak: in (0, 1). 0.3 by default. */
  readonly rise?: number;
  /** The value at step 0 is `peak / initialDivisor`: a finite number above 0. 25 by default. */
  readonly initialDivisor?: number;
  /** The value at the end is `peak / initialDivisor / finalDivisor`: a finite number above 0. 1e4 by default. */
  readonly finalDivisor?: number;
  /** The curve from one value to the next. `"cosine"` by default. */
  readonly interpolation?: Interpolation;
  /**
   * Whether to come down in two phases, first to the value of step 0. `false` by default. The paper does so; PyTorch does
   * on demand; Optax always does in its linear schedule and never in its cosine one.
   */
  readonly threePhases?: boolean;
  /** Optax's share of the steps at whose end the first of two falls ends: in (rise, 1). 0.85 by default. */
  readonly fall?: number;
  /** Whose steps the phases end at; see {@linkcode oneCycle}. `"pytorch"` by default. */
  readonly semantics?: "pytorch" | "optax";
}

/** The declarations of {@linkcode OneCycleOptions}. */
export const ONE_CYCLE_OPTIONS = {
  peak: needed("a finite number above 0"),
  steps: needed("an integer of at least 1"),
  rise: fixed("in (0, 1)", 0.3),
  initialDivisor: fixed("a finite number above 0", 25),
  finalDivisor: fixed("a finite number above 0", 1e4),
  interpolation: choice(["linear", "cosine"], "cosine"),
  threePhases: flag(),
  fall: open("in (0, 1)"),
  semantics: choice(["pytorch", "optax"], "pytorch"),
} satisfies Declarations<OneCycleOptions>;

/**
 * One-cycle: up from `peak / initialDivisor` to `peak`, and down to `peak / initialDivisor / finalDivisor`.
 *
 * - `"pytorch"`: the peak is at `rise * steps - 1`, most often between two steps; with three phases the first fall ends at
 *   `2 * rise * steps - 2`, as long as the rise; the end is at the last step, `steps - 1`.
 * - `"optax"`: at `floor(rise * steps)`, `floor(fall * steps)` and `steps`, the step after the last.
 *
 * @throws {RangeError} for an option out of range, or when the phases do not end one after another.
 *
 * @example
 * ```ts
 * import { oneCycle } from "./one_cycle.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const schedule = oneCycle({ peak: 1, steps: 100, rise: 0.5, finalDivisor: 10 });
 * assertAlmostEquals(schedule(0), 0.04, 1e-15);
 * assertAlmostEquals(schedule(49), 1, 1e-15);
 * assertAlmostEquals(schedule(99), 0.004, 1e-15);
 * ```
 *
 * @see Smith, Topin: Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates (2017); PyTorch
 * `OneCycleLR`; Optax `linear_onecycle_schedule`, `cosine_onecycle_schedule`, whose end is lower than its documentation says.
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const {
    peak,
    steps,
    rise,
    initialDivisor,
    finalDivisor,
    interpolation,
    threePhases,
    semantics,
    fall = 0.85,
  } = filledOptions("oneCycle", options, ONE_CYCLE_OPTIONS);
  if (options.fall !== undefined && !(threePhases && semantics === "optax")) {
    throw new RangeError(
      `fall must be left out unless semantics is "optax" with three phases, got ${options.fall}`,
    );
  }
  const ends = phaseEnds({ steps, rise, fall, threePhases, semantics });
  const first = peak / initialDivisor;
  const last = first / finalDivisor;
  return interpolateKnots(
    ends,
    threePhases ? [first, peak, first, last] : [first, peak, last],
    interpolation,
  );
}

/** The options that the ends of the phases depend on. */
export type Phases = Required<Pick<OneCycleOptions, "steps" | "rise" | "fall" | "threePhases" | "semantics">>;

/** Returns the steps at which the phases end. @throws {RangeError} if one does not end after the one before. */
export function phaseEnds({ steps, rise, fall, threePhases, semantics }: Phases): readonly number[] {
  const [up, down, end] = semantics === "pytorch"
    ? [rise * steps - 1, 2 * rise * steps - 2, steps - 1]
    : [Math.floor(rise * steps), Math.floor(fall * steps), steps];
  const ends = threePhases ? [up, down, end] : [up, end];
  if (ends.some((value, i) => value <= (ends[i - 1] ?? 0))) {
    throw new RangeError(
      `steps must let each phase end after the one before, got phases ending at ${ends.join(", ")}`,
    );
  }
  return ends;
}
