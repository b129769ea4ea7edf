/**
 * The graph layer: models as bytes and text, graphs under construction, tensors and shapes.
 *
 * @module
 */
export {
  type Attribute,
  type AttributeInput,
  DEFAULT_OPSET,
  type EmitOptions,
  Graph,
  type GraphOptions,
  type Initializer,
  Node,
  type Operand,
  operatorNames,
  Ops,
  type Outputs,
  type ScanOptions,
  Value,
} from "./ir/mod.ts";
export type { Known } from "./infer/mod.ts";
export { buildModel, graphOf, importModel, type ImportOptions, type ModelOptions } from "./convert/mod.ts";
export {
  broadcastShapes,
  type Dim,
  type DType,
  isFloat,
  numbersOf,
  type Shape,
  type StaticShape,
  type Tensor,
  tensor,
  type TensorData,
  tensorOf,
} from "./tensor/mod.ts";
export {
  encodeModel,
  type Model,
  ModelError,
  parseModel,
  printModel,
  readModel,
  readModelFile,
  type ReadModelOptions,
  writeModel,
  writeModelFile,
  type WriteModelOptions,
} from "./proto/mod.ts";
export {
  loadWeights,
  type LoadWeightsOptions,
  toFloat32,
  withInitializers,
  withWeights,
  type WithWeightsOptions,
} from "./weights/mod.ts";
