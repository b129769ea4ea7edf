/**
 * Operations on whole arrays, which cannot be part of a fused loop.
 *
 * @module
 */
import type { FloatArray } from "../float_array.ts";

/** Returns, for each element of shape `to`, the index of the element of shape `from` that it is broadcast from. */
export function sourcesOf(from: readonly number[], to: readonly number[]): Uint32Array {
  const length = to.reduce((a, b) => a * b, 1);
  const strides = new Array<number>(to.length).fill(0);
  let stride = 1;
  for (let i = from.length - 1; i >= 0; i--) {
    const axis = i + to.length - from.length;
    if (from[i] !== 1) strides[axis] = stride;
    stride *= from[i]!;
  }
  const indices = new Uint32Array(length);
  const position = new Array<number>(to.length).fill(0);
  let at = 0;
  for (let k = 0; k < length; k++) {
    indices[k] = at;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++position[axis]! < to[axis]!) break;
      at -= strides[axis]! * to[axis]!;
      position[axis] = 0;
    }
  }
  return indices;
}

/** Returns the elements at the indices. */
export function gatherOn(x: FloatArray, indices: Uint32Array): Float64Array {
  const out = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i++) out[i] = x[indices[i]!]!;
  return out;
}

/** Returns the sum or the greatest of all elements. */
export function reduceAllOn(x: FloatArray, op: "sum" | "maximum"): number {
  let total = op === "sum" ? 0 : -Infinity;
  for (let i = 0; i < x.length; i++) total = op === "sum" ? total + x[i]! : Math.max(total, x[i]!);
  return total;
}

/** Returns the sums or the greatest of the elements with the same target. */
export function reduceOn(
  x: FloatArray,
  { op, targets, length }: { op: "sum" | "maximum"; targets: Uint32Array; length: number },
): Float64Array {
  const out = new Float64Array(length).fill(op === "sum" ? 0 : -Infinity);
  for (let i = 0; i < x.length; i++) {
    const k = targets[i]!;
    out[k] = op === "sum" ? out[k]! + x[i]! : Math.max(out[k]!, x[i]!);
  }
  return out;
}
