/**
 * The graph layer: models as bytes and text, graphs under construction, tensors and shapes.
 *
 * @module
 */
export type { Attribute, AttributeInput } from "./attribute.ts";
export type { Known } from "./infer/types.ts";
export { attention, rotaryEmbedding } from "./expand/attention.ts";
export { buildModel, graphProto, type ModelOptions } from "./build_model.ts";
export { bytesOf, decodeTensor, encodeTensor, tensorFromBytes } from "./codec.ts";
export { bitsOf, type DType, dtypeCode, dtypeOfCode, isFloat, isInteger } from "./dtype.ts";
export {
  DEFAULT_OPSET,
  type EmitOptions,
  Graph,
  type GraphOptions,
  type Initializer,
  type Operand,
  type ScanOptions,
} from "./graph.ts";
export { graphFor, graphOf, importModel, type ImportOptions, knownOf, opsetsOf } from "./import_graph.ts";
export { type HiddenWeight, hiddenWeights, withHiddenWeights } from "./hidden_weights.ts";
export { located } from "./error.ts";
export { type Model, ModelError, readModel, writeModel } from "./model.ts";
export { Ops, type Outputs } from "./ops.ts";
export { loadWeights, type LoadWeightsOptions } from "./load_weights.ts";
export { readModelFile, type ReadModelOptions, writeModelFile } from "./external.ts";
export { printModel } from "./print.ts";
export { NEWEST_OPSET, operatorNames, schemaOf } from "./schema.ts";
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
} from "./shape.ts";
export { dtypeOfData, numbersOf, type Tensor, tensor, type TensorData, tensorOf } from "./tensor.ts";
export { runningStatistics, type Tie, tiesOf, tieText, untied } from "./ties.ts";
export { toFloat32 } from "./to_float32.ts";
export { Node, Value } from "./value.ts";
export { withInitializers } from "./with_initializers.ts";
