/**
 * Tensors to and from their serialised form.
 *
 * @module
 */
import { create } from "../deps.ts";
import { bitsOf, type DType, dtypeCode, dtypeOfCode } from "./dtype.ts";
import { ModelError } from "./error.ts";
import { type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from "./onnx_pb.ts";
import { type Tensor, tensor, type TensorData } from "./tensor.ts";

/** The most bytes that a tensor may claim: what a protobuf message can hold. */
const MAX_BYTES = 2 ** 31;

/** A tensor as ONNX serialises it, its elements as raw little-endian bytes. */
export function encodeTensor(name: string, t: Tensor): TensorProto {
  const common = { name, dims: t.shape.map(BigInt), dataType: dtypeCode(t.dtype) };
  if (t.dtype === "string") {
    const utf8 = new TextEncoder();
    return create(TensorProtoSchema, {
      ...common,
      stringData: (t.data as string[]).map((s) => utf8.encode(s)),
    });
  }
  const data = t.data as Exclude<TensorData, readonly string[]>;
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return create(TensorProtoSchema, { ...common, rawData: bytes });
}

/**
 * The tensor that a serialised one stands for, whichever of the format's fields its elements are in.
 *
 * @throws {ModelError} when its type is unknown, its elements are stored elsewhere, or are not as many as it claims.
 */
export function decodeTensor(proto: TensorProto): Tensor {
  const who = `tensor '${proto.name}'`;
  const dtype = dtypeOfCode(proto.dataType);
  if (dtype === undefined) {
    throw new ModelError(`${who} has element type ${proto.dataType}, which is not known`);
  }
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    throw new ModelError(`${who} is stored in another file: read the model with readModelFile`);
  }
  const shape = proto.dims.map(Number);
  const count = shape.reduce((a, b) => a * b, 1);
  const bits = bitsOf(dtype);
  if (shape.some((d) => d < 0)) {
    throw new ModelError(`${who} has a negative dimension: [${shape.join(", ")}]`);
  }
  const bytes = Math.ceil(count * bits / 8);
  if (bytes > MAX_BYTES) throw new ModelError(`${who} claims ${count} elements, more than a model can hold`);
  const data = proto.rawData.length > 0 || (bits > 0 && count === 0)
    ? fromRaw(proto.rawData, dtype, { bytes, who })
    : fromFields(proto, dtype);
  const length = bits > 0 && bits < 8 ? Math.ceil(count * bits / 8) : count;
  if (data.length !== length) {
    throw new ModelError(
      `${who} of shape [${shape.join(", ")}] holds ${data.length} elements instead of ${length}`,
    );
  }
  return tensor(data, shape, dtype);
}

function fromRaw(raw: Uint8Array, dtype: DType, { bytes, who }: { bytes: number; who: string }): TensorData {
  if (dtype === "string") throw new ModelError(`${who} holds strings, which cannot be raw bytes`);
  if (raw.length !== bytes) throw new ModelError(`${who} has ${raw.length} raw bytes instead of ${bytes}`);
  // A copy: the raw bytes lie anywhere in the file, while typed arrays must be aligned.
  const buffer = raw.slice().buffer;
  switch (dtype) {
    case "float32":
    case "complex64":
      return new Float32Array(buffer);
    case "float64":
    case "complex128":
      return new Float64Array(buffer);
    case "float16":
      return new Float16Array(buffer);
    case "bfloat16":
    case "uint16":
      return new Uint16Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "int64":
      return new BigInt64Array(buffer);
    case "uint64":
      return new BigUint64Array(buffer);
    case "int8":
      return new Int8Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

/** Elements from the typed fields; the narrow types share the field of int32. */
function fromFields(proto: TensorProto, dtype: DType): TensorData {
  switch (dtype) {
    case "string": {
      const utf8 = new TextDecoder();
      return proto.stringData.map((s) => utf8.decode(s));
    }
    case "float32":
    case "complex64":
      return Float32Array.from(proto.floatData);
    case "float64":
    case "complex128":
      return Float64Array.from(proto.doubleData);
    case "int64":
      return BigInt64Array.from(proto.int64Data);
    case "uint64":
      return BigUint64Array.from(proto.uint64Data);
    case "uint32":
      return Uint32Array.from(proto.uint64Data, Number);
    case "float16":
      return new Float16Array(Uint16Array.from(proto.int32Data).buffer);
    case "bfloat16":
    case "uint16":
      return Uint16Array.from(proto.int32Data);
    case "int16":
      return Int16Array.from(proto.int32Data);
    case "int32":
      return Int32Array.from(proto.int32Data);
    case "int8":
      return Int8Array.from(proto.int32Data);
    default:
      return Uint8Array.from(proto.int32Data);
  }
}
