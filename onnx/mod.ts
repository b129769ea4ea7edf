/**
 * The graph layer: models as bytes and text, graphs under construction, tensors and shapes.
 *
 * @module
 */
export type { Attribute, AttributeInput } from "./ir/attribute.ts";
export type { Known } from "./infer/types.ts";
export { attention, rotaryEmbedding } from "./convert/expand/attention.ts";
export { buildModel, graphProto, type ModelOptions } from "./convert/build_model.ts";
export { bytesOf, decodeTensor, encodeTensor, tensorFromBytes } from "./proto/codec.ts";
export { bitsOf, type DType, dtypeCode, dtypeOfCode, isFloat, isInteger } from "./tensor/dtype.ts";
export {
  DEFAULT_OPSET,
  type EmitOptions,
  Graph,
  type GraphOptions,
  type Initializer,
  type Operand,
  type ScanOptions,
} from "./ir/graph.ts";
export {
  graphFor,
  graphOf,
  importModel,
  type ImportOptions,
  knownOf,
  opsetsOf,
} from "./convert/import_graph.ts";
export { type HiddenWeight, hiddenWeights, withHiddenWeights } from "./weights/hidden_weights.ts";
export { located } from "./proto/error.ts";
export { type Model, ModelError, readModel, writeModel } from "./proto/model.ts";
export { Ops, type Outputs } from "./ir/ops.ts";
export { loadWeights, type LoadWeightsOptions } from "./weights/load_weights.ts";
export { readModelFile, type ReadModelOptions, writeModelFile } from "./proto/external.ts";
export { printModel } from "./proto/print.ts";
export { NEWEST_OPSET, operatorNames, schemaOf } from "./ir/schema.ts";
export {
  broadcastShapes,
  type Dim,
  isStatic,
  normalizeAxis,
  sameShape,
  type Shape,
  shapeText,
  sizeOf,
  type StaticShape,
} from "./tensor/shape.ts";
export { dtypeOfData, numbersOf, type Tensor, tensor, type TensorData, tensorOf } from "./tensor/tensor.ts";
export { runningStatistics, type Tie, tiesOf, tieText, untied } from "./weights/ties.ts";
export { toFloat32 } from "./weights/to_float32.ts";
export { Node, Value } from "./ir/value.ts";
export { withInitializers } from "./weights/with_initializers.ts";
