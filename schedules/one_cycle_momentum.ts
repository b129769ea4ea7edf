import { type Declarations, filledOptions, fixed } from "../options/mod.ts";
import { ONE_CYCLE_OPTIONS, type OneCycleOptions, phaseEnds } from "./one_cycle.ts";
import { interpolateKnots } from "./piecewise_interpolated.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode oneCycleMomentum}. */
export interface OneCycleMomentumOptions
  extends Pick<OneCycleOptions, "steps" | "rise" | "interpolation" | "threePhases"> {
  /** The value where the learning rate is at its peak: in [0, 1). 0.85 by default. */
  readonly base?: number;
  /** The value at both ends: in [0, 1). 0.95 by default. */
  readonly maximum?: number;
}

/** The declarations of {@linkcode OneCycleMomentumOptions}. */
export const ONE_CYCLE_MOMENTUM_OPTIONS = {
  steps: ONE_CYCLE_OPTIONS.steps,
  rise: ONE_CYCLE_OPTIONS.rise,
  interpolation: ONE_CYCLE_OPTIONS.interpolation,
  threePhases: ONE_CYCLE_OPTIONS.threePhases,
  base: fixed("in [0, 1)", 0.85),
  maximum: fixed("in [0, 1)", 0.95),
} satisfies Declarations<OneCycleMomentumOptions>;

/**
 * Cycles a momentum, or `beta1`, opposite to the learning rate of {@linkcode oneCycle}: down from `maximum` to `base` while
 * the rate rises, and back while it falls, as PyTorch's scheduler does. With three phases it stays at `maximum` in the
 * last.
 *
 * @throws {RangeError} for an option out of range, or when the phases do not end one after another.
 *
 * @example
 * ```ts
 * import { oneCycle } from "./one_cycle.ts";
 * import { oneCycleMomentum } from "./one_cycle_momentum.ts";
 * import { sgd } from "../optim/mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const steps = 100;
 * const momentum = oneCycleMomentum({ steps, rise: 0.5 });
 * const opt = sgd({ learningRate: oneCycle({ peak: 0.1, steps, rise: 0.5 }), momentum });
 * assertAlmostEquals(opt.learningRate!(49), 0.1, 1e-15);
 * assertAlmostEquals(momentum(0), 0.95, 1e-15);
 * assertAlmostEquals(momentum(49), 0.85, 1e-15);
 * ```
 *
 * @see Smith, Topin: Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates (2017); PyTorch
 * `OneCycleLR` with `cycle_momentum`.
 */
export function oneCycleMomentum(options: OneCycleMomentumOptions): Schedule {
  const { steps, rise, interpolation, threePhases, base, maximum } = filledOptions(
    "oneCycleMomentum",
    options,
    ONE_CYCLE_MOMENTUM_OPTIONS,
  );
  const ends = phaseEnds({ steps, rise, fall: 1, threePhases, semantics: "pytorch" });
  const values = [maximum, base, maximum];
  return interpolateKnots(ends, threePhases ? [...values, maximum] : values, interpolation);
}
