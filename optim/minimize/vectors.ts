/**
 * Vectors of float64.
 *
 * @module
 */

/** Returns the scalar product. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Adds a multiple of a vector to `to`, in place. */
export function addScaled(to: Float64Array, factor: number, vector: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * vector[i]!;
}

/** Returns `vector` times a factor, in a new array. */
export function scaled(factor: number, vector: Float64Array): Float64Array {
  return vector.map((x) => factor * x);
}

/** Returns `a - b`, in a new array. */
export function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((x, i) => x - b[i]!);
}

/** Returns the sum of the absolute values. */
export function sumOfAbs(vector: Float64Array): number {
  let sum = 0;
  for (const x of vector) sum += Math.abs(x);
  return sum;
}

/** Returns the largest absolute value; 0 for an empty vector, NaN if an element is NaN. */
export function maxAbs(vector: Float64Array): number {
  let most = 0;
  for (const x of vector) most = Math.max(most, Math.abs(x));
  return most;
}
