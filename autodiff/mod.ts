/**
 * Differentiation of ONNX graphs: the backward sweep, gradient models, and what of a model is trained.
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
