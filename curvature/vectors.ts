/**
 * Parameters as one vector of float64, and back.
 *
 * @module
 */
import type { Tensor } from "../onnx/mod.ts";
import { type DType, sizeOf, type StaticShape, tensorOf } from "../onnx/tensor/mod.ts";

/** The types and shapes of parameters, by name. */
export type Specs = Readonly<Record<string, { readonly dtype: DType; readonly shape: StaticShape }>>;

/** Returns the number of all elements. */
export function dimensionOf(specs: Specs): number {
  return Object.values(specs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Returns the elements of tensors, one after the other in the order of the specs. */
export function flatten(tensors: Readonly<Record<string, Tensor>>, specs: Specs): Float64Array {
  const all = new Float64Array(dimensionOf(specs));
  let at = 0;
  for (const name of Object.keys(specs)) {
    const { data } = tensors[name]!;
    all.set(data as Float32Array, at);
    at += data.length;
  }
  return all;
}

/** Returns the tensors that a vector holds one after the other. @throws {RangeError} when it has another length. */
export function unflatten(vector: ArrayLike<number>, specs: Specs): Record<string, Tensor> {
  const dimension = dimensionOf(specs);
  if (vector.length !== dimension) {
    throw new RangeError(
      `a vector of ${dimension} numbers is needed, one for each element of the parameters, got ${vector.length}`,
    );
  }
  let at = 0;
  return Object.fromEntries(
    Object.entries(specs).map(([name, { dtype, shape }]) => {
      const part = Array.prototype.slice.call(vector, at, at += sizeOf(shape));
      return [name, tensorOf(part, shape, dtype)];
    }),
  );
}

/** Returns the dot product. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Returns the Euclidean norm. */
export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

/** Returns `a + factor b`. */
export function plus(a: Float64Array, b: ArrayLike<number>, factor = 1): Float64Array {
  return a.map((v, i) => v + factor * b[i]!);
}

/** Returns `factor a`. */
export function scaled(a: Float64Array, factor: number): Float64Array {
  return a.map((v) => v * factor);
}
