/**
 * Differentiation of ONNX graphs: gradient models, the backward sweep, and what of a model is trained.
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

// Differentiation.
export { backward, MissingRuleError, type Seed, type Target } from "./backward.ts";
export { reshapeLike, type Rule, Site, type SweepAt, type SweepOptions } from "./site.ts";
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
export { type Quantization, StraightThrough } from "./straight_through.ts";
export { gradientModel, type GradientOptions } from "./gradient_model.ts";
