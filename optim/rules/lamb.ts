import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { decaying, penalized } from "../common.ts";
import { add, div, mul, perParameter } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { adamMoments, adamRoot, adamSettings, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";
import { trustRatio } from "./trust_ratio.ts";

/** Options of {@linkcode lamb}. */
export interface LambOptions extends Omit<MomentOptions, "decoupledWeightDecay"> {
  /** Added to the root: at least 0. 1e-6 by default. */
  epsilon?: number;
  /** The share of the parameter that is added to the direction, `lambda`: at least 0. 0 by default. */
  weightDecay?: number;
}

const { decoupledWeightDecay: _, ...INHERITED } = MOMENT_OPTIONS;
const LAMB_OPTIONS = { ...INHERITED } satisfies OptionNames<LambOptions>;

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
  checkOptions("lamb", options, LAMB_OPTIONS);
  const { learningRate = 1e-3, weightDecay = 0, decayMask = () => true, epsilon = 1e-6 } = options;
  const settings = adamSettings({ ...options, epsilon });
  const { beta1, beta2 } = settings;
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    // The decay joins the direction, not the gradient.
    const moments = adamMoments(penalized(slots.g, w, { ...options, weightDecay: 0 }), slots, settings);
    const correction = at("correction", ({ t }) => Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t));
    const d = div(mul(correction, moments.m), adamRoot(moments.v, { ...settings, at }));
    const r = weightDecay > 0 && decayMask(name) ? add(d, mul(weightDecay, w)) : d;
    return { u: mul(mul(at("rate", (s) => -s.learningRate), trustRatio(w, r, {})), r), ...moments };
  });
  return optimizer({ name: "lamb", learningRate, rule: decaying(rule, options) });
}
