/**
 * How much the gradients of batches differ.
 *
 * @module
 */
import type { CurvatureOperator } from "./operator.ts";
import { dot } from "./vectors.ts";

/** The noise of gradients at a point. */
export interface GradientNoise {
  /** The simple noise scale `tr(S) / |G|^2` in examples: batches far below it gain from each example, far above it do not. */
  readonly scale: number;
  /** The estimate of `tr(S)`, the variance of the gradient of one example, summed over all parameters. */
  readonly variance: number;
  /** The estimate of `|G|^2`, the squared norm of the true gradient. It may be negative where noise prevails. */
  readonly squaredNorm: number;
}

/**
 * Estimates the gradient noise scale from the gradients of the batches of an operator and of their mean, without bias in
 * either part: with batches of `b` examples and `B` in all, `|G|^2 = (B |g_B|^2 - b |g_b|^2) / (B - b)` and `tr(S) =
 * (|g_b|^2 - |g_B|^2) / (1/b - 1/B)`. The scale is their quotient; infinite where `|G|^2` is not above 0.
 *
 * @throws {RangeError} when the data set has no two whole batches.
 *
 * @example
 * ```ts
 * import { curvatureOperator } from "./operator.ts";
 * import { gradientNoise } from "./noise_scale.ts";
 * import { mlp, tensor, withLoss } from "../mod.ts";
 * import { assert } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 2, hidden: [], outputs: 1 }), { loss: "mse" });
 * const data = {
 *   x: tensor(Float32Array.of(1, 0, 0, 2, 1, 1, 2, 1), [4, 2]),
 *   target: tensor(Float32Array.of(1, 5, 3, 2), [4, 1]),
 * };
 * await using operator = await curvatureOperator({ model, data, batchSize: 1 });
 * assert((await gradientNoise(operator)).variance > 0);
 * ```
 *
 * @see McCandlish, Kaplan, Amodei et al.: An empirical model of large-batch training, 2018, appendix A.1.
 */
export async function gradientNoise(operator: CurvatureOperator): Promise<GradientNoise> {
  const { gradient, batchNorms } = await operator.gradient();
  const { batchSize: small } = operator;
  const whole = batchNorms.length;
  const large = whole * small;
  if (whole < 2 || large !== operator.examples) {
    throw new RangeError(
      `the noise of gradients needs two or more whole batches, got ${operator.examples} examples in batches of ${small}`,
    );
  }
  const squares = batchNorms.reduce((a, b) => a + b, 0) / whole;
  const mean = dot(gradient, gradient);
  const squaredNorm = (large * mean - small * squares) / (large - small);
  const variance = (squares - mean) / (1 / small - 1 / large);
  return { scale: squaredNorm > 0 ? variance / squaredNorm : Infinity, variance, squaredNorm };
}
