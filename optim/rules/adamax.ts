import type { Declarations } from "../../options/mod.ts";
import { decaying, penalized, rate, shrunk } from "../common.ts";
import { abs, add, div, max, mul, perParameter } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { average, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode adamax}. */
export type AdamaxOptions = Omit<MomentOptions, "epsilonRoot">;

const { epsilonRoot: _, ...INHERITED } = MOMENT_OPTIONS;
export const ADAMAX_OPTIONS = {
  ...INHERITED,
  learningRate: rate(2e-3),
} satisfies Declarations<AdamaxOptions>;

/**
 * AdaMax: Adam with the greatest recent gradient instead of the root mean square.
 *
 * ```text
 * m = beta1 m + (1 - beta1) g
 * v = max(beta2 v, |g| + epsilon)
 * u = -eta / (1 - beta1^t) m / v
 * ```
 *
 * The paper has no epsilon; here it is inside the maximum, as in PyTorch and Optax.
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 2e-3.
 *
 * Elsewhere: PyTorch `Adamax`, Optax `adamax`: the same. Optax `adamaxw` is `decoupledWeightDecay`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adamax } from "./adamax.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adamax({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(-7) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 0.1, 1e-8);
 * ```
 *
 * @see Kingma, Ba: Adam: A method for stochastic optimization, 2015, Algorithm 2.
 */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  const o = ruleOptions("adamax", options, ADAMAX_OPTIONS);
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...o, at, name });
    const m = average(slots.m, g, o.beta1, { at, name: "beta1" });
    const v = max(mul(inStep(at, "beta2", o.beta2), slots.v), add(abs(g), inStep(at, "epsilon", o.epsilon)));
    const rate = at("rate", (s) => -s.learningRate / (1 - valueAt(o.beta1, s.t) ** s.t));
    return { u: shrunk(div(mul(rate, m), v), w, { ...o, at, name }), m, v };
  });
  return optimizer({
    name: "adamax",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
