/**
 * Tensors on the host: what initializers hold, what sessions take and return, and what optimizers update.
 *
 * @module
 */
import { Float16Elements } from "../../host/float16.ts";
import type { DType } from "./dtype.ts";
import { bitsOf } from "./dtype.ts";
import { sizeOf, type StaticShape } from "./shape.ts";

/** Typed arrays a tensor may hold. `bfloat16` is kept as its bits in a `Uint16Array`, `bool` as 0 and 1. */
export type TensorData =
  | Float64Array
  | Float32Array
  | Float16Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | readonly string[];

/** A dense tensor: elements in row-major order. */
export interface Tensor {
  /** The element type. */
  readonly dtype: DType;
  /** The dimensions, outermost first; `[]` for a scalar. */
  readonly shape: StaticShape;
  /** The elements; as many as the product of `shape` (packed, for types under 8 bits). */
  readonly data: TensorData;
}

/**
 * Returns the element type of a typed array. A `Uint8Array` is `uint8` and a `Uint16Array` `uint16` unless said
 * otherwise.
 */
export function dtypeOfData(data: TensorData): DType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Float16Elements) return "float16";
  if (data instanceof BigInt64Array) return "int64";
  if (data instanceof BigUint64Array) return "uint64";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Uint32Array) return "uint32";
  if (data instanceof Int16Array) return "int16";
  if (data instanceof Uint16Array) return "uint16";
  if (data instanceof Int8Array) return "int8";
  if (data instanceof Uint8Array) return "uint8";
  return "string";
}

/**
 * Returns a tensor over `data`, which is kept, not copied.
 *
 * @param data the elements in row-major order
 * @param shape the dimensions, outermost first; a vector as long as `data` by default
 * @param dtype the element type; the array's own by default
 * @throws {RangeError} when the shape does not hold as many elements as `data`.
 *
 * @example
 * ```ts
 * import { tensor } from "./tensor.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(tensor(new Float32Array(6), [2, 3]).dtype, "float32");
 * assertEquals(tensor(Uint8Array.of(1, 0), "bool"), tensor(Uint8Array.of(1, 0), [2], "bool"));
 * ```
 */
export function tensor(data: TensorData, shape?: StaticShape, dtype?: DType): Tensor;
/**
 * Returns a vector over `data`, which is kept, not copied.
 *
 * @param data the elements
 * @param dtype the element type
 */
export function tensor(data: TensorData, dtype: DType): Tensor;
export function tensor(data: TensorData, first?: StaticShape | DType, second?: StaticShape | DType): Tensor {
  const { shape, dtype = dtypeOfData(data) } = shapeAndType(data.length, first, second);
  const bits = bitsOf(dtype);
  const wanted = bits > 0 && bits < 8 ? Math.ceil(sizeOf(shape) * bits / 8) : sizeOf(shape);
  if (shape.some((d) => !Number.isInteger(d) || d < 0) || wanted !== data.length) {
    throw new RangeError(`shape [${shape.join(", ")}] must hold ${data.length} elements, holds ${wanted}`);
  }
  return { dtype, shape, data };
}

/**
 * Returns a tensor of plain numbers, rounded as its element type rounds.
 *
 * @param values the elements in row-major order
 * @param shape the dimensions, outermost first; a vector as long as `values` by default
 * @param dtype the element type; `"float32"` by default
 * @throws {RangeError} for types that plain numbers do not describe (strings, complex numbers, types under 8 bits), and
 * when the shape does not hold as many elements as `values`.
 *
 * @example
 * ```ts
 * import { tensorOf } from "./tensor.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(tensorOf([1, 2, 3, 4], [2, 2], "int64").data, BigInt64Array.of(1n, 2n, 3n, 4n));
 * assertEquals(tensorOf([0.1], "float16").data, Float16Array.of(0.1));
 * ```
 */
export function tensorOf(values: ArrayLike<number>, shape?: StaticShape, dtype?: DType): Tensor;
/**
 * Returns a vector of plain numbers, rounded as its element type rounds.
 *
 * @param values the elements
 * @param dtype the element type
 */
export function tensorOf(values: ArrayLike<number>, dtype: DType): Tensor;
/**
 * Returns a tensor of plain numbers, rounded as its element type rounds.
 *
 * @deprecated Use `tensorOf(values, shape, dtype)`, the order of `tensor`. Will be removed in 0.3.0.
 */
export function tensorOf(values: ArrayLike<number>, dtype: DType, shape: StaticShape | undefined): Tensor;
export function tensorOf(
  values: ArrayLike<number>,
  first?: StaticShape | DType,
  second?: StaticShape | DType,
): Tensor {
  const { shape, dtype = "float32" } = shapeAndType(values.length, first, second);
  return tensor(dataOf(values, dtype), shape, dtype);
}

/** Returns a shape and an element type given in either order; the shape is that of a vector by default. */
function shapeAndType(
  count: number,
  ...given: readonly (StaticShape | DType | undefined)[]
): { shape: StaticShape; dtype: DType | undefined } {
  return {
    shape: given.find((v) => typeof v === "object") ?? [count],
    dtype: given.find((v) => typeof v === "string"),
  };
}

function dataOf(values: ArrayLike<number>, dtype: DType): TensorData {
  switch (dtype) {
    case "float32":
      return Float32Array.from(values);
    case "float64":
      return Float64Array.from(values);
    case "float16":
      return Float16Elements.from(values);
    case "bfloat16":
      return bfloat16Bits(Float32Array.from(values));
    case "int64":
      return BigInt64Array.from(Array.from(values, int64Of));
    case "uint64":
      return BigUint64Array.from(Array.from(values, (v) => BigInt(Math.trunc(v))));
    case "int32":
      return Int32Array.from(values);
    case "uint32":
      return Uint32Array.from(values);
    case "int16":
      return Int16Array.from(values);
    case "uint16":
      return Uint16Array.from(values);
    case "int8":
      return Int8Array.from(values);
    case "uint8":
      return Uint8Array.from(values);
    case "bool":
      return Uint8Array.from(Array.from(values, (v) => (v ? 1 : 0)));
    default:
      throw new RangeError(`dtype must be a number type of 8 bits or more, got ${dtype}`);
  }
}

const [INT64_MIN, INT64_MAX] = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * Returns the nearest int64. Exporters write "to the end" as 2^63 - 1, which as a plain number is 2^63: one too many,
 * where wrapping around would make it the least of all.
 */
export function int64Of(value: number): bigint {
  if (value >= 2 ** 63) return INT64_MAX;
  return value <= -(2 ** 63) ? INT64_MIN : BigInt(Math.trunc(value));
}

/** Returns the bits of each value as bfloat16, rounded to nearest, ties to even; NaN stays NaN. */
export function bfloat16Bits(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (b, i) => {
    if (Number.isNaN(values[i])) return 0x7fc0;
    return (b + 0x7fff + ((b >>> 16) & 1)) >>> 16;
  });
}

/**
 * Returns the elements of a tensor as plain numbers; `bigint`s beyond 2^53 lose digits.
 *
 * @throws {TypeError} for strings.
 *
 * @example
 * ```ts
 * import { numbersOf, tensorOf } from "./tensor.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(numbersOf(tensorOf([1, 2.5], "bfloat16")), [1, 2.5]);
 * ```
 */
export function numbersOf(t: Tensor): number[] {
  if (t.dtype === "string") throw new TypeError("a tensor of strings has no numbers");
  if (t.dtype === "bfloat16") {
    const bits = Uint32Array.from(t.data as Uint16Array, (b) => b << 16);
    return Array.from(new Float32Array(bits.buffer));
  }
  return Array.from(t.data as ArrayLike<number | bigint>, Number);
}
