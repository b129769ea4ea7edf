/**
 * Differentiation of ONNX graphs: gradient models, the backward sweep, and the choice of trained parameters.
 *
 * @example The gradient of a model
 * ```ts
 * import { gradientModel } from "./mod.ts";
 * import { mlp, withLoss } from "../models/mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const model = withLoss(mlp({ inputs: 4, hidden: [], outputs: 3 }), { loss: "cross-entropy" });
 * const gradient = gradientModel(model, { loss: "loss" });
 * assertEquals(gradient.graph!.output.map((o) => o.name), ["loss", "grad_layers.0.weight", "grad_layers.0.bias"]);
 * ```
 *
 * @module
 */

// Gradients.
export { gradientModel, type GradientOptions } from "./gradient_model.ts";
export type { Quantization, StraightThrough } from "./straight_through.ts";
export { backward, MissingRuleError, type Seed, type Target } from "./backward.ts";
export { type Direction, forward } from "./tangents/mod.ts";

// Second derivatives, and other products of derivatives with vectors.
export {
  exampleGradientModel,
  type ExampleGradientOptions,
  type FisherKind,
  fisherModel,
  type FisherOptions,
  gaussNewtonModel,
  type GaussNewtonOptions,
  type HvpMode,
  hvpModel,
  type HvpOptions,
  type JacobianOptions,
  jvpModel,
  vjpModel,
} from "./products/mod.ts";

// Rules of your own.
export { reshapeLike, type Rule, Site, type SweepAt, type SweepOptions } from "./site.ts";

// The content of a model, and its trained parameters.
export {
  describeModel,
  type DescribeOptions,
  type ModelDescription,
  type ModelOperator,
  type ModelValue,
} from "./describe.ts";
export {
  type BufferSpec,
  type Dropout,
  type HiddenParameter,
  type ModelParameter,
  type PreparedModel,
  prepareModel,
  type PrepareOptions,
  untieModel,
} from "./trained/mod.ts";
