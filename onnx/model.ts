/**
 * Models as bytes.
 *
 * @module
 */
import { fromBinary, toBinary } from "../deps.ts";
import { ModelError } from "./error.ts";
import { type ModelProto, ModelProtoSchema } from "./onnx_pb.ts";

export { ModelError };

/** A model as ONNX serialises it; fields that this library does not know are kept. */
export type Model = ModelProto;

/**
 * A model from the bytes of an `.onnx` file.
 *
 * @throws {ModelError} when the bytes are no ONNX model.
 */
export function readModel(bytes: Uint8Array): Model {
  let model: Model;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new ModelError(`not an ONNX model, or cut off: ${(error as Error).message}`, { cause: error });
  }
  if (model.irVersion === 0n) throw new ModelError("not an ONNX model: ir_version is missing");
  if (model.graph === undefined) throw new ModelError("not an ONNX model: it has no graph");
  if (model.opsetImport.length === 0) throw new ModelError("not an ONNX model: it imports no operator set");
  return model;
}

/** The bytes of a model, as an `.onnx` file holds them. */
export function writeModel(model: Model): Uint8Array<ArrayBuffer> {
  return toBinary(ModelProtoSchema, model) as Uint8Array<ArrayBuffer>;
}
