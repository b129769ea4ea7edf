/**
 * Links that scale each tensor's update by the norm of its parameter.
 *
 * @module
 */
import type { Declarations } from "../../options/mod.ts";
import { above0, atLeast0 } from "../common.ts";
import { max, mean, mul, norm, perParameter, sqrt, square } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";
import { trustRatio } from "../rules/trust_ratio.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";

/** Options of {@linkcode scaleByTrustRatio}. */
export interface ScaleByTrustRatioOptions {
  /** The least value of both norms: at least 0, or a schedule. 0 by default. */
  minNorm?: Hyperparameter;
  /** The factor on the ratio: above 0, or a schedule. 1 by default. */
  trustCoefficient?: Hyperparameter;
  /** Added to the norm of the update: at least 0, or a schedule. 0 by default. */
  epsilon?: Hyperparameter;
}

export const SCALE_BY_TRUST_RATIO_OPTIONS = {
  minNorm: atLeast0(0),
  trustCoefficient: above0(1),
  epsilon: atLeast0(0),
} satisfies Declarations<ScaleByTrustRatioOptions>;

/**
 * Scales each tensor's update to the norm of its parameter: the layerwise rate of LARS and LAMB as a link.
 *
 * ```text
 * u = g trustCoefficient max(||w||, minNorm) / (max(||g||, minNorm) + epsilon)
 * ```
 *
 * Without `minNorm`, a tensor whose parameter or update is zero keeps its update. `chain(scaleByAdam(),
 * addDecayedWeights({ weightDecay }), scaleByTrustRatio(), scaleByLearningRate(rate))` is `lamb`.
 *
 * State: none.
 *
 * Elsewhere: Optax `scale_by_trust_ratio`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByTrustRatio } from "./scale_by_norms.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByTrustRatio();
 * const params = { w: Float64Array.of(3, 4) };
 * const [updates] = opt.update({ w: Float64Array.of(0, 0.1) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[1]!, 5, 1e-12);
 * ```
 *
 * @see You, Gitman, Ginsburg: Large batch training of convolutional networks, 2017, equation 6; You et al.: Large batch
 * optimization for deep learning: Training BERT in 76 minutes, 2020, Algorithm 2. Optax `scale_by_trust_ratio`.
 */
export function scaleByTrustRatio(options: ScaleByTrustRatioOptions = {}): Transform {
  const o = ruleOptions("scaleByTrustRatio", options, SCALE_BY_TRUST_RATIO_OPTIONS);
  const rule = perParameter({}, ({ g, w }, at) => {
    const settings = {
      coefficient: inStep(at, "trustCoefficient", o.trustCoefficient),
      epsilon: inStep(at, "epsilon", o.epsilon),
      minNorm: inStep(at, "minNorm", o.minNorm),
    };
    return { u: mul(trustRatio(w, g, settings), g) };
  });
  return transform({ name: "scaleByTrustRatio", rule, hyperparameters: o });
}

/** Options of {@linkcode scaleByParamBlockNorm} and {@linkcode scaleByParamBlockRms}. */
export interface ScaleByParamBlockOptions {
  /** The least scale: above 0, or a schedule. 1e-3 by default. */
  minScale?: Hyperparameter;
}

export const SCALE_BY_PARAM_BLOCK_OPTIONS = {
  minScale: above0(1e-3),
} satisfies Declarations<ScaleByParamBlockOptions>;

/**
 * Multiplies each tensor's update by the norm of its parameter.
 *
 * ```text
 * u = g max(||w||, minScale)
 * ```
 *
 * State: none.
 *
 * Elsewhere: Optax `scale_by_param_block_norm`: the same.
 *
 * @throws {RangeError} when the option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByParamBlockNorm } from "./scale_by_norms.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = scaleByParamBlockNorm();
 * const params = { w: Float64Array.of(3, 4) };
 * const [updates] = opt.update({ w: Float64Array.of(0, 2) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(0, 10));
 * ```
 *
 * @see Optax `scale_by_param_block_norm`.
 */
export function scaleByParamBlockNorm(options: ScaleByParamBlockOptions = {}): Transform {
  const { minScale } = ruleOptions("scaleByParamBlockNorm", options, SCALE_BY_PARAM_BLOCK_OPTIONS);
  const rule = perParameter({}, ({ g, w }, at) => ({
    u: mul(max(norm(w), inStep(at, "minScale", minScale)), g),
  }));
  return transform({ name: "scaleByParamBlockNorm", rule, hyperparameters: { minScale } });
}

/**
 * Multiplies each tensor's update by the root mean square of its parameter.
 *
 * ```text
 * u = g max(rms(w), minScale)
 * ```
 *
 * State: none.
 *
 * Elsewhere: Optax `scale_by_param_block_rms`: the same.
 *
 * @throws {RangeError} when the option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByParamBlockRms } from "./scale_by_norms.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = scaleByParamBlockRms();
 * const params = { w: Float64Array.of(3, -3) };
 * const [updates] = opt.update({ w: Float64Array.of(0, 2) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(0, 6));
 * ```
 *
 * @see Shazeer, Stern: Adafactor: Adaptive learning rates with sublinear memory cost, 2018, section 8. Optax
 * `scale_by_param_block_rms`.
 */
export function scaleByParamBlockRms(options: ScaleByParamBlockOptions = {}): Transform {
  const { minScale } = ruleOptions("scaleByParamBlockRms", options, SCALE_BY_PARAM_BLOCK_OPTIONS);
  const rule = perParameter({}, ({ g, w }, at) => ({
    u: mul(max(sqrt(mean(square(w))), inStep(at, "minScale", minScale)), g),
  }));
  return transform({ name: "scaleByParamBlockRms", rule, hyperparameters: { minScale } });
}
