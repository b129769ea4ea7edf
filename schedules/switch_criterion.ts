import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { type SwitchState, switchStateOf } from "./switch_state.ts";

export type { SwitchState } from "./switch_state.ts";

/** Options of {@linkcode switchCriterion}. */
export interface SwitchCriterionOptions {
  /** The decay of the running average, Adam's beta2: in (0, 1). 0.999 by default. */
  readonly beta2?: number;
  /**
   * The largest distance of the estimate from its average: a finite number above 0. 1e-9 by default, the paper's
   * epsilon.
   */
  readonly tolerance?: number;
  /** Whether to switch only to a rate above 0, which the paper does not ask for. `false` by default. */
  readonly requirePositive?: boolean;
}

const SWITCH_CRITERION_OPTIONS = {
  beta2: false,
  tolerance: false,
  requirePositive: "flag",
} satisfies OptionNames<SwitchCriterionOptions>;

/** The observation of one step of Adam, over all parameters as one vector. */
export interface SwitchObservation {
  /** The number of the step, 1 at the first: an integer of at least 1. */
  readonly k: number;
  /** `p'p`, where `p` is what Adam added to the parameters. */
  readonly pp: number;
  /** `p'g`, where `g` is the gradient; below 0 for a direction of descent. */
  readonly pg: number;
}

/** A criterion as a pure state machine. */
export interface SwitchCriterion {
  /** The state before the first step. */
  readonly init: () => SwitchState;
  /** The state after a step; the state given is not changed. */
  readonly update: (state: SwitchState, observation: SwitchObservation) => SwitchState;
}

/**
 * Decides when to switch from Adam to SGD, and with which learning rate (SWATS):
 *
 * ```text
 * if p'g != 0:  estimate = p'p / (-p'g)
 *               average = beta2 average + (1 - beta2) estimate
 *               learningRate = average / (1 - beta2^k)
 *               if k > 1 and |learningRate - estimate| < tolerance: switch to SGD with that rate
 * ```
 *
 * The paper's tolerance hardly ever fires on mini-batches; public implementations use 1e-5. Nor does the paper ask that
 * the rate be positive: if momentum outruns the gradient, `p'g` can be above 0, and SGD would then climb. It calls the
 * estimate gamma, the average lambda and the rate Lambda.
 *
 * @throws {RangeError} for an option out of range; from `update`, for a `k` that is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { switchCriterion } from "./switch_criterion.ts";
 * import { assert, assertAlmostEquals } from "@std/assert";
 * const criterion = switchCriterion();
 * let state = criterion.init();
 * for (let k = 1; k <= 2; k++) state = criterion.update(state, { k, pp: 4, pg: -8 });
 * assert(state.fired);
 * assertAlmostEquals(state.learningRate, 0.5, 1e-12);
 * ```
 *
 * @see Keskar, Socher: Improving Generalization Performance by Switching from Adam to SGD (2017), Algorithm 1.
 */
export function switchCriterion(options: SwitchCriterionOptions = {}): SwitchCriterion {
  checkOptions("switchCriterion", options, SWITCH_CRITERION_OPTIONS);
  const { beta2 = 0.999, tolerance = 1e-9, requirePositive = false } = options;
  checkNumber("beta2", beta2, "in (0, 1)");
  checkNumber("tolerance", tolerance, "a finite number above 0");
  return {
    init: () => switchStateOf({ fired: false, firedAt: null, estimate: 0, average: 0, learningRate: 0 }),
    update(state, { k, pp, pg }) {
      checkNumber("k", k, "an integer of at least 1");
      if (state.fired || pg === 0) return state;
      const estimate = pp / -pg;
      const average = beta2 * switchStateOf(state).average + (1 - beta2) * estimate;
      const learningRate = average / (1 - beta2 ** k);
      const fired = k > 1 && Math.abs(learningRate - estimate) < tolerance &&
        (!requirePositive || learningRate > 0);
      return switchStateOf({ fired, firedAt: fired ? k : null, estimate, average, learningRate });
    },
  };
}
