import { choice, type Declarations } from "../../options/mod.ts";
import { above0, atLeast0, rate, tuned } from "../common.ts";
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
import { type Hyperparameter, inStep, type LearningRate, ruleOptions } from "../scheduled.ts";

/** Options of {@linkcode polyak}. */
export interface PolyakOptions {
  /** The paper's `c`: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** The greatest step: above 0, or a schedule. 1 by default. */
  maxLearningRate?: Hyperparameter;
  /** The least value of the loss, `f*`: a finite number, or a schedule. 0 by default. */
  minimum?: Hyperparameter;
  /** Added to the squared norm: at least 0, or a schedule. 0 by default. */
  epsilon?: Hyperparameter;
  /** The step for a loss below the minimum: backward (`"sps"`), or none (`"sps+"`). `"sps"` by default. */
  variant?: "sps" | "sps+";
}

export const POLYAK_OPTIONS = {
  learningRate: rate(1),
  maxLearningRate: above0(1),
  minimum: tuned("a finite number", 0),
  epsilon: atLeast0(0),
  variant: choice(["sps", "sps+"], "sps"),
} satisfies Declarations<PolyakOptions>;

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
  const o = ruleOptions("polyak", options, POLYAK_OPTIONS);
  const rule: Rule = {
    slots: () => ({}),
    update({ grads, params, value, at }) {
      const rate = at("rate", (s) => -s.learningRate);
      const scaled = each(Object.keys(params), (p) => mul(rate, grads[p]!));
      const above = sub(value, inStep(at, "minimum", o.minimum));
      const gap = o.variant === "sps" ? above : max(above, 0);
      const squares = add(dot(scaled, scaled), inStep(at, "epsilon", o.epsilon));
      // Below the resolution of float64 there is no direction.
      const there = greater(squares, 2 ** -52);
      const greatest = inStep(at, "maxLearningRate", o.maxLearningRate);
      const step = where(there, min(div(gap, where(there, squares, 1)), greatest), constant(0));
      return { updates: each(Object.keys(params), (p) => mul(step, scaled[p]!)), state: {} };
    },
  };
  return optimizer({ name: "polyak", learningRate: o.learningRate, rule, hyperparameters: o });
}
