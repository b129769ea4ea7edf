/**
 * Parameters as optimizers take them.
 *
 * @module
 */
import { isFloat, type Tensor, tensor } from "../onnx/tensor/mod.ts";
import type { FloatArray } from "./float_array.ts";
import type { ParamSpec } from "./language/mod.ts";

/** A parameter: a tensor, or a plain array for a vector. */
export type Param = Tensor | Float32Array | Float64Array;

/** Parameters by name; gradients and updates have the same names, types and shapes. */
export type Params = Readonly<Record<string, Param>>;

/** Returns the elements of a parameter. @throws {TypeError} when they are neither float32 nor float64. */
export function elementsOf(p: Param, what: string): FloatArray {
  const data = p instanceof Float32Array || p instanceof Float64Array ? p : p?.data;
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new TypeError(`${what} must be a Float32Array, a Float64Array or a tensor of float32 or float64`);
}

/** Returns the element type and shape of a parameter. */
export function specOf(p: Param, what: string): ParamSpec {
  const data = elementsOf(p, what);
  if (p === data) {
    return { dtype: data instanceof Float32Array ? "float32" : "float64", shape: [data.length] };
  }
  const { dtype, shape } = p as Tensor;
  if (!isFloat(dtype)) throw new TypeError(`${what} must be a float tensor, it is ${dtype}`);
  return { dtype, shape };
}

/** Returns `data` in the form that `like` has: a tensor, or a plain array. */
export function inFormOf<P extends Param>(like: P, data: FloatArray): P {
  const plain = like instanceof Float32Array || like instanceof Float64Array;
  return (plain ? data : tensor(data, (like as Tensor).shape)) as P;
}

/** Returns `data` in the form that `like` has, without checking that its size fits. */
export function plainOrTensor(like: Param, data: FloatArray): Param {
  if (like instanceof Float64Array || like instanceof Float32Array) return data;
  return { dtype: like.dtype, shape: like.shape, data };
}

/** Makes an array of zeros, of the type of `like`. */
export function zerosOf(like: Param, length: number, what = "the parameter"): FloatArray {
  return elementsOf(like, what) instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

/**
 * Checks that a record matches the parameters, or the other tensors that `owner` names.
 *
 * @throws {TypeError} naming the first entry that is missing, unknown, or of another type or shape.
 */
export function checkMatches(
  record: Params,
  specs: Readonly<Record<string, ParamSpec>>,
  what: string,
  owner = "params",
): void {
  if (typeof record !== "object" || record === null) {
    throw new TypeError(`${what} must hold the tensors of ${owner} by name, got ${String(record)}`);
  }
  for (const name of Object.keys(record)) {
    if (!Object.hasOwn(specs, name)) {
      throw new TypeError(`${what} has '${name}', which ${owner} does not have`);
    }
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (!Object.hasOwn(record, name)) throw new TypeError(`${what} lacks '${name}', which ${owner} has`);
    const got = specOf(record[name]!, `${what}.${name}`);
    if (got.dtype !== spec.dtype || got.shape.join() !== spec.shape.join()) {
      throw new TypeError(
        `${what}.${name} must be ${spec.dtype}[${spec.shape.join(", ")}] as in ${owner}, got ${got.dtype}[${
          got.shape.join(", ")
        }]`,
      );
    }
  }
}
