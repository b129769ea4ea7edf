/**
 * ONNX files: protobuf messages, tensors in bytes, external data, printing.
 *
 * @module
 */
export { bytesOf, checkTensor, decodeTensor, encodeTensor, tensorFromBytes } from "./codec.ts";
export { located } from "./error.ts";
export { readModelFile, type ReadModelOptions, writeModelFile } from "./external.ts";
export { type Model, ModelError, readModel, writeModel } from "./model.ts";
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
