/**
 * Operations on whole arrays that the fused loops leave out.
 *
 * @module
 */
import type { FloatArray } from "./host.ts";

/** For each element of shape `to`, the index of the element of shape `from` that it is broadcast from. */
function sources(from: readonly number[], to: readonly number[]): Uint32Array {
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

/** An array broadcast to a larger shape. */
export function expandTo(
  x: FloatArray,
  { from, to }: { from: readonly number[]; to: readonly number[] },
): Float64Array {
  return Float64Array.from(sources(from, to), (i) => x[i]!);
}

/** The sum or the greatest over axes, which stay at size 1; over all, as one number, where `axes` is `null`. */
export function reduceOn(
  x: FloatArray,
  { op, shape, axes }: { op: "sum" | "maximum"; shape: readonly number[]; axes: readonly number[] | null },
): number | Float64Array {
  const start = op === "sum" ? 0 : -Infinity;
  const join = op === "sum" ? (a: number, b: number) => a + b : Math.max;
  if (axes === null) {
    let total = start;
    for (const v of x) total = join(total, v);
    return total;
  }
  const to = shape.map((d, i) => (axes.includes(i) ? 1 : d));
  const out = new Float64Array(to.reduce((a, b) => a * b, 1)).fill(start);
  const targets = sources(to, shape);
  for (let i = 0; i < x.length; i++) out[targets[i]!] = join(out[targets[i]!]!, x[i]!);
  return out;
}

/** The product of two matrices. */
export function matmulOn(
  a: FloatArray,
  b: FloatArray,
  { rows, inner, columns }: { rows: number; inner: number; columns: number },
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const v = a[i * inner + k]!;
      for (let j = 0; j < columns; j++) out[i * columns + j]! += v * b[k * columns + j]!;
    }
  }
  return out;
}

/** A matrix with rows and columns exchanged. */
export function transposeOn(a: FloatArray, [rows, columns]: readonly [number, number]): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j]!;
  return out;
}
