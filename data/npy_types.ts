/**
 * The element types and arrays of `.npy` files.
 *
 * @module
 */

/** Element types that a `.npy` file may hold and a tensor can. */
export type NpyDType =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float16"
  | "float32"
  | "float64";

/** Typed arrays that hold them; `bool` is 0 and 1 in a `Uint8Array`. */
export type NpyData =
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
  | Uint8Array;

/** An array of NumPy; a `Tensor` of the graph layer, as far as types go. */
export interface NpyTensor {
  /** The element type, that of `data`. */
  readonly dtype: NpyDType;
  /** The dimensions, outermost first; `[]` for a scalar. */
  readonly shape: readonly number[];
  /** The elements in row-major order. */
  readonly data: NpyData;
}
