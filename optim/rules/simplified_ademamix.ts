import type { Declarations } from "../../options/mod.ts";
import { atLeast0, decaying, penalized, rate, share, shrunk } from "../common.ts";
import { add, div, mul, perParameter, square } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { adamRoot, average, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode simplifiedAdemamix}. */
export interface SimplifiedAdemamixOptions extends MomentOptions {
  /** Share of the sum of gradients that is kept: in [0, 1), or a schedule. 0.99 by default. */
  beta1?: Hyperparameter;
  /** Share of the running average of squares that is kept: in [0, 1), or a schedule. 0.95 by default. */
  beta2?: Hyperparameter;
  /** Weight of the gradient beside the sum: at least 0, or a schedule. 0 by default. */
  alpha?: Hyperparameter;
}

export const SIMPLIFIED_ADEMAMIX_OPTIONS = {
  ...MOMENT_OPTIONS,
  learningRate: rate(1e-5),
  beta1: share(0.99),
  beta2: share(0.95),
  alpha: atLeast0(0),
} satisfies Declarations<SimplifiedAdemamixOptions>;

/**
 * Simplified AdEMAMix: Adam with a sum instead of an average of gradients, and the gradient itself beside it.
 *
 * ```text
 * m = beta1 m + g
 * v = beta2 v + (1 - beta2) g^2
 * u = -eta (m + alpha g) / (sqrt(v_hat) + epsilon)
 * ```
 *
 * It has the effect of AdEMAMix's two averages with one of them. The sum `m` grows to `1 / (1 - beta1)` times Adam's
 * average, and rates are as much smaller; it is not corrected for its start.
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-5.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.simplified_ademamix`: the same; it has no default rate.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { simplifiedAdemamix } from "./simplified_ademamix.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = simplifiedAdemamix({ learningRate: 0.1, alpha: 2 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1 * (1 + 2), 1e-8);
 * ```
 *
 * @see Morwani, Vyas, Zhang, Kakade: Connections between schedule-free optimizers, AdEMAMix, and accelerated SGD variants,
 * 2025.
 */
export function simplifiedAdemamix(options: SimplifiedAdemamixOptions = {}): Optimizer {
  const o = ruleOptions("simplifiedAdemamix", options, SIMPLIFIED_ADEMAMIX_OPTIONS);
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...o, at, name });
    const m = add(mul(inStep(at, "beta1", o.beta1), slots.m), g);
    const v = average(slots.v, square(g), o.beta2, { at, name: "beta2" });
    const mixed = o.alpha === 0 ? m : add(m, mul(inStep(at, "alpha", o.alpha), g));
    const rate = at("rate", (s) => -s.learningRate * Math.sqrt(1 - valueAt(o.beta2, s.t) ** s.t));
    const u = div(mul(rate, mixed), adamRoot(v, { ...o, at }));
    return { u: shrunk(u, w, { ...o, at, name }), m, v };
  });
  return optimizer({
    name: "simplifiedAdemamix",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
