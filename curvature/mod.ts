/**
 * Curvature of a loss: products with its Hessian, Gauss-Newton or Fisher matrix over a data set, and what follows from them:
 * eigenvalues, spectral densities, traces, sharpness, the noise of gradients, and the loss along lines and on planes.
 *
 * @example The sharpness of a loss: the largest eigenvalue of its Hessian
 * ```ts
 * import { curvatureOperator, eigenvalues } from "./mod.ts";
 * import { mlp, tensor, withLoss } from "../mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 2, hidden: [], outputs: 1 }), { loss: "mse" });
 * // The loss is the mean of (x w + b - t)^2: its Hessian is 2 Z'Z / N, with a column of ones in Z.
 * const data = { x: tensor(Float32Array.of(1, 0, 0, 2), [2, 2]), target: tensor(Float32Array.of(1, 1), [2, 1]) };
 * await using hessian = await curvatureOperator({ model, data });
 * const { values } = await eigenvalues(hessian);
 * assertAlmostEquals(values[0]!, 5.302776, 1e-5);
 * ```
 *
 * @module
 */

// The matrix, by its products.
export type { CurvatureKind } from "./derivative_graph.ts";
export {
  type CurvatureOperator,
  curvatureOperator,
  type CurvatureOptions,
  type LinearOperator,
  type LossGradient,
} from "./operator.ts";
export type { Specs } from "./vectors.ts";
export { adamPreconditioner, type AdamPreconditionerOptions, preconditioned } from "./preconditioned.ts";

// Its eigenvalues.
export { type EigenvalueOptions, type Eigenvalues, eigenvalues } from "./eigenvalues.ts";
export { type DensityOptions, type SpectralDensity, spectralDensity } from "./spectral_density.ts";
export {
  denseMatrix,
  type Estimate,
  type EstimateOptions,
  type MatrixEstimates,
  matrixEstimates,
} from "./estimates.ts";

// The loss around a point.
export { samSharpness, type SharpnessOptions } from "./sharpness.ts";
export { type GradientNoise, gradientNoise } from "./noise_scale.ts";
export { filterDirection, lossAlong, lossBetween, lossOnPlane } from "./landscape.ts";
