import type { Declarations } from "../../options/mod.ts";
import { atLeast0, decaying, decays, penalized, penalty } from "../common.ts";
import { add, div, mul, perParameter } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";
import { adamMoments, adamRoot, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";
import { trustRatio } from "./trust_ratio.ts";

/** Options of {@linkcode lamb}. */
export interface LambOptions extends Omit<MomentOptions, "decoupledWeightDecay"> {
  /** Added to the root: at least 0, or a schedule. 1e-6 by default. */
  epsilon?: Hyperparameter;
  /** The share of the parameter that is added to the direction, `lambda`: at least 0, or a schedule. 0 by default. */
  weightDecay?: Hyperparameter;
}

const { decoupledWeightDecay: _, ...INHERITED } = MOMENT_OPTIONS;
export const LAMB_OPTIONS = {
  ...INHERITED,
  epsilon: atLeast0(1e-6),
} satisfies Declarations<LambOptions>;

/**
 * LAMB: Adam's direction, each parameter's step in proportion to its own norm; for large batches.
 *
 * ```text
 * m, v as in Adam
 * r = m_hat / (sqrt(v_hat) + epsilon) + lambda w
 * u = -eta ||w|| / ||r|| r          the ratio is 1 where either norm is 0
 * ```
 *
 * The norms are taken over one parameter. The paper's `phi` is the identity here.
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `lamb`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { lamb } from "./lamb.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = lamb({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(3, 4) };
 * const [updates] = opt.update({ w: Float64Array.of(1, 1) }, opt.init(params), params);
 * // A step of length 0.1 ||w|| along the signs of the gradient.
 * assertAlmostEquals(updates.w[0]!, -0.5 / Math.sqrt(2), 1e-5);
 * ```
 *
 * @see You et al.: Large batch optimization for deep learning: Training BERT in 76 minutes, 2020, Algorithm 2.
 */
export function lamb(options: LambOptions = {}): Optimizer {
  const o = ruleOptions("lamb", options, LAMB_OPTIONS);
  const { beta1, beta2 } = o;
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    const settings = { ...o, at, name };
    // The decay joins the direction, not the gradient.
    const moments = adamMoments(penalized(slots.g, w, { ...settings, weightDecay: 0 }), slots, settings);
    const correction = at(
      "correction",
      ({ t }) => Math.sqrt(1 - valueAt(beta2, t) ** t) / (1 - valueAt(beta1, t) ** t),
    );
    const d = div(mul(correction, moments.m), adamRoot(moments.v, settings));
    const r = decays(settings) ? add(d, penalty(w, settings)) : d;
    return { u: mul(mul(at("rate", (s) => -s.learningRate), trustRatio(w, r, {})), r), ...moments };
  });
  return optimizer({
    name: "lamb",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
