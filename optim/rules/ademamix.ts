import type { Declarations } from "../../options/mod.ts";
import { atLeast0, decaying, penalized, share, shrunk } from "../common.ts";
import { add, div, mul, perParameter, square, type StepInfo } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";
import { adamRoot, average, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode ademamix}. */
export interface AdemamixOptions extends MomentOptions {
  /** Share of the slow average that is kept: in [0, 1), or a schedule. 0.9999 by default. */
  beta3?: Hyperparameter;
  /** Weight of the slow average: at least 0, or a schedule. 5 by default. */
  alpha?: Hyperparameter;
}

export const ADEMAMIX_OPTIONS = {
  ...MOMENT_OPTIONS,
  beta3: share(0.9999),
  alpha: atLeast0(5),
} satisfies Declarations<AdemamixOptions>;

/**
 * AdEMAMix: Adam with a second, much slower average of the gradients added to its first moment.
 *
 * ```text
 * m, v as in Adam
 * s = beta3 s + (1 - beta3) g
 * u = -eta (m_hat + alpha s) / (sqrt(v_hat) + epsilon)
 * ```
 *
 * The slow average is not corrected for its start. The paper raises `alpha` and `beta3` over the first steps: give schedules.
 *
 * State: `m`, `s` and `v` of the parameter's shape: 12 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.ademamix`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { ademamix } from "./ademamix.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = ademamix({ learningRate: 0.1, beta3: 0.5, alpha: 2 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1 * (1 + 2 * 0.5), 1e-8);
 * ```
 *
 * @see Pagliardini, Ablin, Grangier: The AdEMAMix optimizer: Better, faster, older, 2024, Algorithm 1.
 */
export function ademamix(options: AdemamixOptions = {}): Optimizer {
  const o = ruleOptions("ademamix", options, ADEMAMIX_OPTIONS);
  const { beta1, beta2, beta3, alpha } = o;
  const rule = perParameter({ m: 0, s: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...o, at, name });
    const m = average(slots.m, g, beta1, { at, name: "beta1" });
    const s = add(
      mul(at("kept", ({ t }) => valueAt(beta3, t)), slots.s),
      mul(at("fresh", ({ t }) => 1 - valueAt(beta3, t)), g),
    );
    const v = average(slots.v, square(g), beta2, { at, name: "beta2" });
    const root = (step: StepInfo) => -step.learningRate * Math.sqrt(1 - valueAt(beta2, step.t) ** step.t);
    const fast = mul(at("fast", (step) => root(step) / (1 - valueAt(beta1, step.t) ** step.t)), m);
    const slow = mul(at("slow", (step) => root(step) * valueAt(alpha, step.t)), s);
    const u = div(add(fast, slow), adamRoot(v, { ...o, at }));
    return { u: shrunk(u, w, { ...o, at, name }), m, s, v };
  });
  return optimizer({
    name: "ademamix",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
