/**
 * The orthogonal factor of a square matrix by Householder's reflections, on the host.
 *
 * @module
 */
import type { FloatArray } from "../float_array.ts";

/** Below it a column counts as zero, so that no quotient overflows. */
export const LEAST = 1e-30;

/**
 * Returns `Q` of `A = Q R`, by rows. It is orthogonal whatever the rank of `A`. Signs are those of the reflections, as in
 * LAPACK.
 */
export function orthogonalFactor(matrix: FloatArray, n: number): Float64Array {
  const a = Float64Array.from(matrix);
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const vectors = Array.from({ length: n }, (_, r) => {
    const v = reflector(a, r, n);
    reflect(a, v, r, n);
    return v;
  });
  for (let r = n - 1; r >= 0; r--) reflect(q, vectors[r]!, r, n);
  return q;
}

/** Returns the unit vector whose reflection clears a column below the diagonal; zero if the column is. */
function reflector(a: FloatArray, r: number, n: number): Float64Array {
  const v = new Float64Array(n);
  let most = 0;
  for (let i = r; i < n; i++) {
    const size = Math.abs(a[i * n + r]!);
    if (!(size <= most)) most = size;
  }
  if (most <= LEAST) return v;
  let square = 0;
  for (let i = r; i < n; i++) {
    v[i] = a[i * n + r]! / most;
    square += v[i]! * v[i]!;
  }
  v[r]! += v[r]! >= 0 ? Math.sqrt(square) : -Math.sqrt(square);
  let length = 0;
  for (let i = r; i < n; i++) length += v[i]! * v[i]!;
  for (let i = r; i < n; i++) v[i]! /= Math.sqrt(length);
  return v;
}

/** Replaces `A` by `(I - 2 v v') A`, where `v` is zero before row `r`. */
function reflect(a: Float64Array, v: Float64Array, r: number, n: number): void {
  const w = new Float64Array(n);
  for (let i = r; i < n; i++) for (let j = 0; j < n; j++) w[j]! += v[i]! * a[i * n + j]!;
  for (let i = r; i < n; i++) for (let j = 0; j < n; j++) a[i * n + j]! -= 2 * v[i]! * w[j]!;
}
