import { checkChoice, checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import {
  add,
  constant,
  div,
  dot,
  each,
  greater,
  max,
  min,
  mul,
  type Rule,
  sub,
  where,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import type { LearningRate } from "../scheduled.ts";

/** Options of {@linkcode polyak}. */
export interface PolyakOptions {
  /** The paper's `c`: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** The greatest step: above 0. 1 by default. */
  maxLearningRate?: number;
  /** The least value of the loss, `f*`: a finite number. 0 by default. */
  minimum?: number;
  /** Added to the squared norm: at least 0. 0 by default. */
  epsilon?: number;
  /** The step for a loss below the minimum: backward (`"sps"`), or none (`"sps+"`). `"sps"` by default. */
  variant?: "sps" | "sps+";
}

const POLYAK_OPTIONS = {
  learningRate: false,
  maxLearningRate: false,
  minimum: false,
  epsilon: false,
  variant: false,
} satisfies OptionNames<PolyakOptions>;

/**
 * Polyak's step size: SGD whose rate follows from the loss's distance to its least value.
 *
 * ```text
 * s = min((f - f*) / (||eta g||^2 + epsilon), maxLearningRate)
 * u = -s eta g                                                 0 where the norm is
 * ```
 *
 * The norm is taken over all parameters together. It needs the loss: `update(grads, state, params, { value })`; a training
 * program gives it the batch's.
 *
 * State: none. Default rate 1.
 *
 * Elsewhere: PyTorch has none. Optax `polyak_sgd`: the same, `learningRate` being its `scaling`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { polyak } from "./polyak.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = polyak({ maxLearningRate: 10 });
 * const params = { w: Float64Array.of(3) };
 * // f = w^2, f* = 0: the step w/2 brings 3 to 1.5.
 * const [updates] = opt.update({ w: Float64Array.of(6) }, opt.init(params), params, { value: 9 });
 * assertAlmostEquals(updates.w[0]!, -1.5, 1e-12);
 * ```
 *
 * @see Loizou, Vaswani, Laradji, Lacoste-Julien: Stochastic Polyak step-size for SGD, 2021, equation 5.
 */
export function polyak(options: PolyakOptions = {}): Optimizer {
  checkOptions("polyak", options, POLYAK_OPTIONS);
  const { learningRate = 1, maxLearningRate = 1, minimum = 0, epsilon = 0, variant = "sps" } = options;
  checkNumber("maxLearningRate", maxLearningRate, "a finite number above 0");
  checkNumber("minimum", minimum, "a finite number");
  checkNumber("epsilon", epsilon, "a finite number of at least 0");
  checkChoice("variant", variant, ["sps", "sps+"]);
  const rule: Rule = {
    slots: () => ({}),
    update({ grads, params, value, at }) {
      const rate = at("rate", (s) => -s.learningRate);
      const scaled = each(Object.keys(params), (p) => mul(rate, grads[p]!));
      const gap = variant === "sps" ? sub(value, minimum) : max(sub(value, minimum), 0);
      const squares = add(dot(scaled, scaled), epsilon);
      // Below the resolution of float64 there is no direction.
      const there = greater(squares, 2 ** -52);
      const step = where(there, min(div(gap, where(there, squares, 1)), maxLearningRate), constant(0));
      return { updates: each(Object.keys(params), (p) => mul(step, scaled[p]!)), state: {} };
    },
  };
  return optimizer({ name: "polyak", learningRate, rule });
}
