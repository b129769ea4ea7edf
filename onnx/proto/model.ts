/**
 * Models as bytes.
 *
 * @module
 */
import { fromBinary, toBinary } from "../../deps.ts";
import { displayModels } from "./display.ts";
import { ModelError } from "./error.ts";
import { type GraphProto, type ModelProto, ModelProtoSchema } from "./onnx_pb.ts";

export { ModelError };

/** A model as ONNX serializes it; fields that this library does not know are kept. */
export type Model = ModelProto;

displayModels();

/**
 * Returns a model from the bytes of an `.onnx` file. Tensors that it stores in other files stay there; `readModel`
 * reads them too.
 *
 * @throws {ModelError} when the bytes are no ONNX model.
 *
 * @example
 * ```ts
 * import { mlp } from "../../models/mod.ts";
 * import { encodeModel, parseModel } from "../mod.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 * const model = mlp({ inputs: 4, hidden: [8], outputs: 3, seed: 1 });
 * assertEquals(parseModel(encodeModel(model)), model);
 * assertThrows(() => parseModel(new Uint8Array(10)), Error, "not an ONNX model");
 * ```
 */
export function parseModel(bytes: Uint8Array): Model {
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

/** The most bytes that a protobuf message may have. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * Returns the bytes of a model, as an `.onnx` file holds them.
 *
 * Fields are written in the order of their numbers, as other implementations do, and unknown ones after them: bytes that
 * Python's `onnx` wrote are written unchanged. Other bytes keep their content, and are stable from then on.
 *
 * @throws {ModelError} when there would be more than 2 GiB of them, which no protobuf message may have.
 *
 * @example
 * ```ts
 * import { buildModel, encodeModel, Graph, parseModel } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.neg(g.input("x", "float32", ["N"])), "y");
 * const bytes = encodeModel(buildModel(g));
 * assertEquals(encodeModel(parseModel(bytes)), bytes);
 * ```
 */
export function encodeModel(model: Model): Uint8Array<ArrayBuffer> {
  // Estimates the size first: counting exact bytes would require encoding them.
  if (model.graph !== undefined) checkSize(rawBytesOf(model.graph));
  const bytes = toBinary(ModelProtoSchema, model) as Uint8Array<ArrayBuffer>;
  checkSize(bytes.length);
  return bytes;
}

function checkSize(bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  throw new ModelError(
    `the model takes ${bytes} bytes or more, while an .onnx file holds ${MAX_BYTES}: ` +
      `store its tensors in a separate file, with writeModel(path, model, { externalData: "model.onnx.data" })`,
  );
}

/** Returns the bytes of the initializers, those of subgraphs included, which make up nearly all of a large model. */
function rawBytesOf(graph: GraphProto): number {
  const own = graph.initializer.reduce((sum, t) => sum + t.rawData.length, 0);
  const subgraphs = graph.node.flatMap((n) =>
    n.attribute.flatMap((a) => (a.g ? [a.g, ...a.graphs] : a.graphs))
  );
  return subgraphs.reduce((sum, g) => sum + rawBytesOf(g), own);
}
