import { type Declarations, NAMES } from "../../options/mod.ts";
import { add, mul, perParameter, sub } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";
import { decaying } from "../common.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode addDecayedWeights} and {@linkcode decoupledWeightDecay}. */
export interface WeightDecayOptions {
  /** The share of the parameter to subtract: at least 0, or a schedule: a function of the number of updates done. */
  weightDecay: Hyperparameter;
  /** Returns whether the parameter with this name decays. All decay by default. */
  decayMask?: (name: string) => boolean;
}

export const WEIGHT_DECAY_OPTIONS = {
  weightDecay: { kind: "number", range: "a finite number of at least 0", schedule: true, required: true },
  decayMask: NAMES,
} satisfies Declarations<WeightDecayOptions>;

/**
 * Adds a share of the parameters to the gradients: an L2 penalty as a link before the rule, or decoupled decay as a link
 * between an adaptive rule and `scaleByLearningRate`.
 *
 * ```text
 * u = g + weightDecay w
 * ```
 *
 * @throws {RangeError} when the decay is out of its range.
 *
 * @example
 * ```ts
 * import { addDecayedWeights } from "./weight_decay.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = addDecayedWeights({ weightDecay: 0.5, decayMask: (name) => name !== "bias" });
 * const params = { w: Float64Array.of(4), bias: Float64Array.of(4) };
 * const [updates] = opt.update({ w: Float64Array.of(1), bias: Float64Array.of(1) }, opt.init(params), params);
 * assertEquals([updates.w[0], updates.bias[0]], [3, 1]);
 * ```
 *
 * @see Optax `add_decayed_weights`.
 */
export function addDecayedWeights(options: WeightDecayOptions): Transform {
  const o = ruleOptions("addDecayedWeights", options, WEIGHT_DECAY_OPTIONS);
  const rule = perParameter({}, ({ g, w }, at, name) => ({
    u: (o.decayMask?.(name) ?? true) ? add(g, mul(at("decay", ({ t }) => valueAt(o.weightDecay, t)), w)) : g,
  }));
  return transform({ name: "addDecayedWeights", rule: decaying(rule, o), hyperparameters: o });
}

/**
 * Subtracts a share of the parameters from the updates: decoupled decay with its own schedule, as a link after the rule.
 *
 * ```text
 * u = g - weightDecay w
 * ```
 *
 * @throws {RangeError} when the decay is out of its range.
 *
 * @example
 * ```ts
 * import { decoupledWeightDecay } from "./weight_decay.ts";
 * import { chain } from "./chain.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = chain(sgd({ learningRate: 0.5 }), decoupledWeightDecay({ weightDecay: (count) => 1 / (4 + count) }));
 * const params = { w: Float64Array.of(4) };
 * const [updates] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * assertEquals(updates.w[0], -0.5 - 1);
 * ```
 *
 * @see Loshchilov, Hutter: Decoupled weight decay regularization, 2019, Algorithm 2: its decay follows the schedule alone.
 */
export function decoupledWeightDecay(options: WeightDecayOptions): Transform {
  const o = ruleOptions("decoupledWeightDecay", options, WEIGHT_DECAY_OPTIONS);
  const rule = perParameter({}, ({ g, w }, at, name) => ({
    u: (o.decayMask?.(name) ?? true) ? sub(g, mul(at("decay", ({ t }) => valueAt(o.weightDecay, t)), w)) : g,
  }));
  return transform({ name: "decoupledWeightDecay", rule: decaying(rule, o), hyperparameters: o });
}
