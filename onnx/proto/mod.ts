/**
 * ONNX files: protobuf messages, tensors in bytes, external data, printing.
 *
 * @module
 */
export { bytesOf, checkTensor, decodeTensor, encodeTensor, tensorFromBytes } from "./codec.ts";
export { located } from "./error.ts";
export { encodeModel, type Model, ModelError, parseModel } from "./model.ts";
export { readModel, type ReadModelOptions, writeModel, type WriteModelOptions } from "./model_file.ts";
export { readModelFile, writeModelFile } from "./deprecated.ts";
export {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type FunctionProto,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  type TypeProto,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./onnx_pb.ts";
export { printModel } from "./print.ts";
