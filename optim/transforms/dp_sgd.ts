import { type Declarations, flag } from "../../options/mod.ts";
import { rate, share } from "../common.ts";
import { type Optimizer, renamed } from "../optimizer.ts";
import { type Hyperparameter, type LearningRate, ruleOptions } from "../scheduled.ts";
import { chain } from "./chain.ts";
import {
  DIFFERENTIALLY_PRIVATE_OPTIONS,
  differentiallyPrivate,
  type DifferentiallyPrivateOptions,
} from "./per_example.ts";
import { sgd } from "../rules/sgd.ts";

/** Options of {@linkcode dpSgd}. */
export interface DpSgdOptions extends DifferentiallyPrivateOptions {
  /** The learning rate: a finite number of at least 0, or a schedule. 1e-3 by default. */
  learningRate?: LearningRate;
  /** Share of the momentum's buffer that is kept, `mu`: in [0, 1), or a schedule. 0 by default: no momentum. */
  momentum?: Hyperparameter;
  /** Whether to look ahead along the buffer; needs momentum. `false` by default. */
  nesterov?: boolean;
}

export const DP_SGD_OPTIONS = {
  learningRate: rate(1e-3),
  ...DIFFERENTIALLY_PRIVATE_OPTIONS,
  momentum: share(0),
  nesterov: flag(),
} satisfies Declarations<DpSgdOptions>;

/**
 * DP-SGD: SGD whose gradients are clipped for each example, and noised.
 *
 * ```text
 * g = 1/N (sum over examples i of  g_i min(1, C / ||all g_i||)  +  C sigma e)        C: l2NormClip, sigma: noiseMultiplier
 * b = mu b + g                                                              at the first update b = g
 * u = -eta b                                                                Nesterov: u = -eta (g + mu b)
 * ```
 *
 * `e` is standard normal. It depends on the seed, the parameter's name, the update and the element alone, so a training
 * has the same bits whatever its chunks, and after it was resumed.
 *
 * `fit` and `trainingProgram` compute the gradients of single examples: they run the model on each example of a batch by
 * itself. On the host `update` takes gradients with the examples along a first axis. Refused are batch normalization in
 * training form, mixup and float16; rules around it other than `averaged` and `injectHyperparams`.
 *
 * Privacy is **not** accounted for: no (epsilon, delta) is computed, and none follows from published accountants without
 * further work. They assume batches that hold each example by chance (Poisson sampling), and `fit` shuffles and cuts the
 * data into batches of one size. The noise is drawn from a generator for simulation with a seed that the run records, in
 * float32: who knows the seed can remove it. Losses, metrics and norms of gradients that are reported, and everything
 * that was chosen by them, see the data without noise.
 *
 * State: with momentum `b`, of the parameter's shape: 4 bytes a float32 parameter; else none. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.dpsgd`: the same with other random numbers. opacus with `SGD`: clips by
 * `C / (||g|| + 1e-6)`, and divides by the expected size of a batch.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { dpSgd } from "./dp_sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = dpSgd({ learningRate: 0.5, l2NormClip: 1, noiseMultiplier: 0 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(7, 0.5) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(-0.5 * (1 + 0.5) / 2));
 * ```
 *
 * @see Abadi et al.: Deep learning with differential privacy, 2016, Algorithm 1.
 */
export function dpSgd(options: DpSgdOptions = {}): Optimizer {
  const o = ruleOptions("dpSgd", options, DP_SGD_OPTIONS);
  const { learningRate, momentum, nesterov, ...noise } = o;
  const rule = chain(differentiallyPrivate(noise), sgd({ learningRate, momentum, nesterov }));
  return renamed("dpSgd", rule, { hyperparameters: o });
}
