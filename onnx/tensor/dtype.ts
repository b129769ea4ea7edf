/**
 * Element types of ONNX tensors: their names here, their codes in `TensorProto.DataType`, and the typed array that
 * holds each.
 *
 * @module
 */

/** The name of a tensor's element type, after NumPy; `bfloat16` and the types under 16 bits after ONNX. */
export type DType =
  | "float32"
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "int32"
  | "int64"
  | "string"
  | "bool"
  | "float16"
  | "float64"
  | "uint32"
  | "uint64"
  | "complex64"
  | "complex128"
  | "bfloat16"
  | "float8e4m3fn"
  | "float8e4m3fnuz"
  | "float8e5m2"
  | "float8e5m2fnuz"
  | "uint4"
  | "int4"
  | "float4e2m1"
  | "float8e8m0"
  | "uint2"
  | "int2";

/** Codes of `TensorProto.DataType`. */
const CODES: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e4m3fnuz: 18,
  float8e5m2: 19,
  float8e5m2fnuz: 20,
  uint4: 21,
  int4: 22,
  float4e2m1: 23,
  float8e8m0: 24,
  uint2: 25,
  int2: 26,
};

const NAMES = new Map<number, DType>(Object.entries(CODES).map(([name, code]) => [code, name as DType]));

/** ONNX's own spelling in schemas, `tensor(float)`, where it differs from ours. */
const SCHEMA_NAMES: Readonly<Record<string, DType>> = { float: "float32", double: "float64" };

/** Returns the code of `dtype` in `TensorProto.DataType`. */
export function dtypeCode(dtype: DType): number {
  return CODES[dtype];
}

/**
 * Returns the element type with a code of `TensorProto.DataType`; `undefined` for 0 and for codes this library does not
 * know.
 */
export function dtypeOfCode(code: number): DType | undefined {
  return NAMES.get(code);
}

/** Results of {@linkcode dtypeOfSchema}: each node of a graph looks up about twenty types, of a hundred in all. */
const OF_SCHEMAS = new Map<string, DType | undefined>();

/** Returns the element type that a schema writes as `tensor(float)`; `undefined` for sequences, optionals and the like. */
export function dtypeOfSchema(type: string): DType | undefined {
  if (!OF_SCHEMAS.has(type)) {
    const inner = /^tensor\((\w+)\)$/.exec(type)?.[1] ?? "";
    OF_SCHEMAS.set(type, SCHEMA_NAMES[inner] ?? (Object.hasOwn(CODES, inner) ? inner as DType : undefined));
  }
  return OF_SCHEMAS.get(type);
}

/**
 * Returns whether values of this type are real numbers that a gradient can flow through.
 *
 * @example
 * ```ts
 * import { isFloat } from "./dtype.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals((["float16", "int64", "bool"] as const).map(isFloat), [true, false, false]);
 * ```
 */
export function isFloat(dtype: DType): dtype is "float32" | "float64" | "float16" | "bfloat16" {
  return dtype === "float32" || dtype === "float64" || dtype === "float16" || dtype === "bfloat16";
}

/** Returns whether values of this type are whole numbers of at least 8 bits. */
export function isInteger(dtype: DType): boolean {
  return /^u?int(8|16|32|64)$/.test(dtype);
}

/** Returns the bits of one element in a tensor's raw bytes; 0 for strings, which have no fixed size. */
export function bitsOf(dtype: DType): number {
  switch (dtype) {
    case "string":
      return 0;
    case "complex128":
      return 128;
    case "float64":
    case "int64":
    case "uint64":
    case "complex64":
      return 64;
    case "float32":
    case "int32":
    case "uint32":
      return 32;
    case "float16":
    case "bfloat16":
    case "int16":
    case "uint16":
      return 16;
    case "uint4":
    case "int4":
    case "float4e2m1":
      return 4;
    case "uint2":
    case "int2":
      return 2;
    default:
      return 8;
  }
}
