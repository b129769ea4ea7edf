/**
 * Tensors to and from their serialized form.
 *
 * @module
 */
import { create } from "../../deps.ts";
import { Float16Elements } from "../../host/float16.ts";
import { bitsOf, type DType, dtypeCode, dtypeOfCode, type Tensor, type TensorData } from "../tensor/mod.ts";
import { ModelError } from "./error.ts";
import { type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from "./onnx_pb.ts";

/**
 * Encodes a tensor as ONNX serializes it, its elements as raw little-endian bytes: the tensor's own memory, not a copy
 * of it.
 *
 * @example
 * ```ts
 * import { decodeTensor, encodeTensor } from "./codec.ts";
 * import { tensor } from "../tensor/tensor.ts";
 * import { assertEquals } from "@std/assert";
 * const w = tensor(Int16Array.of(1, -1));
 * assertEquals(encodeTensor("w", w).rawData, Uint8Array.of(1, 0, 255, 255));
 * assertEquals(decodeTensor(encodeTensor("w", w)), w);
 * ```
 */
export function encodeTensor(name: string, t: Tensor): TensorProto {
  const common = { name, dims: t.shape.map(BigInt), dataType: dtypeCode(t.dtype) };
  if (t.dtype === "string") {
    const utf8 = new TextEncoder();
    return create(TensorProtoSchema, {
      ...common,
      stringData: (t.data as string[]).map((s) => utf8.encode(s)),
    });
  }
  return create(TensorProtoSchema, { ...common, rawData: bytesOf(t) });
}

/**
 * Decodes a serialized tensor, whichever of the format's fields its elements are in. Types that
 * no typed array has are kept as their bits: 16 of a `bfloat16`, 8 of a `float8`, bytes packed from the lowest bits up
 * for narrower ones; a complex number is two elements of the array, its real part first.
 *
 * @throws {ModelError} when its type is unknown, its elements are stored elsewhere, or are not as many as it claims.
 *
 * @example
 * ```ts
 * import { decodeTensor, encodeTensor } from "./codec.ts";
 * import { tensor } from "../tensor/tensor.ts";
 * import { assertEquals } from "@std/assert";
 * const proto = encodeTensor("w", tensor(Float32Array.of(1, 2, 3, 4), [2, 2]));
 * assertEquals(decodeTensor(proto).shape, [2, 2]);
 * ```
 */
export function decodeTensor(proto: TensorProto): Tensor {
  const { dtype, shape } = checkTensor(proto);
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    throw new ModelError(
      `tensor '${proto.name}' is stored in another file: read the model with readModel(path)`,
    );
  }
  const data = proto.rawData.length > 0 ? fromRaw(proto.rawData, dtype) : fromFields(proto, dtype);
  return { dtype, shape, data };
}

/**
 * Returns the type and shape of a serialized tensor, whose elements are found to be as many as it claims, and not read.
 * Decoding it therefore allocates no more than the model holds, whatever its header says.
 *
 * @throws {ModelError} as `decodeTensor` does; a tensor may be in another file.
 */
export function checkTensor(proto: TensorProto): { dtype: DType; shape: number[] } {
  const who = `tensor '${proto.name}'`;
  const dtype = dtypeOfCode(proto.dataType);
  if (dtype === undefined) {
    throw new ModelError(`${who} has element type ${proto.dataType}, which is not known`);
  }
  if (proto.segment !== undefined) {
    throw new ModelError(`${who} is a segment of a tensor in chunks, which is not supported; store it whole`);
  }
  const shape = proto.dims.map(Number);
  const at = `${who} of shape [${shape.join(", ")}]`;
  if (shape.some((d) => d < 0)) throw new ModelError(`${at} has a negative dimension`);
  const count = shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1);
  if (!shape.every(Number.isSafeInteger) || !Number.isSafeInteger(count)) {
    throw new ModelError(`${at} claims more elements than any tensor can hold`);
  }
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) return { dtype, shape };
  if (proto.rawData.length > 0) {
    checkBytes(proto.rawData, dtype, { count, who: at });
  } else {
    const [stored, length] = [fieldOf(proto, dtype).length, lengthOf(count, dtype)];
    if (stored !== length) throw new ModelError(`${at} holds ${stored} elements instead of ${length}`);
  }
  return { dtype, shape };
}

/**
 * Returns the bytes of a tensor's elements, little-endian: the tensor's own memory, not a copy of it.
 *
 * @throws {ModelError} for a tensor of strings.
 */
export function bytesOf(t: Tensor): Uint8Array<ArrayBuffer> {
  if (t.dtype === "string") throw new ModelError("a tensor of strings cannot be raw bytes");
  const data = t.data as Exclude<TensorData, readonly string[]>;
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}

/**
 * Returns the tensor whose elements are these bytes, which are copied.
 *
 * @throws {ModelError} when they are not as many as type and shape take; `who` is named.
 */
export function tensorFromBytes(
  bytes: Uint8Array,
  { dtype, shape, who }: { dtype: DType; shape: readonly number[]; who: string },
): Tensor {
  checkBytes(bytes, dtype, { count: shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1), who });
  return { dtype, shape, data: fromRaw(bytes, dtype) };
}

function checkBytes(raw: Uint8Array, dtype: DType, { count, who }: { count: number; who: string }): void {
  if (dtype === "string") throw new ModelError(`${who} holds strings, which cannot be raw bytes`);
  const bytes = Math.ceil(count * (bitsOf(dtype) / 8));
  if (raw.length !== bytes) throw new ModelError(`${who} has ${raw.length} raw bytes instead of ${bytes}`);
}

/** Returns how long the array is that holds `count` elements. */
function lengthOf(count: number, dtype: DType): number {
  if (dtype === "complex64" || dtype === "complex128") return count * 2;
  const bits = bitsOf(dtype);
  return bits > 0 && bits < 8 ? Math.ceil(count * bits / 8) : count;
}

function fromRaw(raw: Uint8Array, dtype: DType): TensorData {
  // A copy: the raw bytes lie anywhere in the file, while typed arrays must be aligned.
  // Not slice(): that of a Buffer of Node shares its memory.
  const { buffer } = new Uint8Array(raw);
  switch (dtype) {
    case "float32":
    case "complex64":
      return new Float32Array(buffer);
    case "float64":
    case "complex128":
      return new Float64Array(buffer);
    case "float16":
      return new Float16Elements(buffer);
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
    case "bool":
      return new Uint8Array(buffer).map(truth);
    default:
      return new Uint8Array(buffer);
  }
}

/** Anything but 0 is true; tensors hold 0 and 1. */
const truth = (x: number): number => (x === 0 ? 0 : 1);

/**
 * Returns the field that elements of a type are in; types up to 16 bits share that of int32, those under 8 as packed
 * bytes.
 */
function fieldOf(proto: TensorProto, dtype: DType): ArrayLike<unknown> {
  switch (dtype) {
    case "string":
      return proto.stringData;
    case "float32":
    case "complex64":
      return proto.floatData;
    case "float64":
    case "complex128":
      return proto.doubleData;
    case "int64":
      return proto.int64Data;
    case "uint64":
    case "uint32":
      return proto.uint64Data;
    default:
      return proto.int32Data;
  }
}

/** Returns elements from the typed fields. */
function fromFields(proto: TensorProto, dtype: DType): TensorData {
  switch (dtype) {
    case "string":
      return strings(proto.stringData, `tensor '${proto.name}'`);
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
      return new Float16Elements(Uint16Array.from(proto.int32Data).buffer);
    case "bfloat16":
    case "uint16":
      return Uint16Array.from(proto.int32Data);
    case "int16":
      return Int16Array.from(proto.int32Data);
    case "int32":
      return Int32Array.from(proto.int32Data);
    case "int8":
      return Int8Array.from(proto.int32Data);
    case "bool":
      return Uint8Array.from(proto.int32Data, truth);
    default:
      return Uint8Array.from(proto.int32Data);
  }
}

function strings(encoded: readonly Uint8Array[], who: string): readonly string[] {
  // A byte order mark is part of its string, and bytes that are not UTF-8 would come back changed.
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return encoded.map((bytes, i) => {
    try {
      return utf8.decode(bytes);
    } catch (error) {
      throw new ModelError(`${who}: string ${i} is not UTF-8`, { cause: error });
    }
  });
}
