/**
 * Tensors and gradients for the contract.
 *
 * @module
 */
import { type DType, type Tensor, tensor } from "../../onnx/mod.ts";
import { sizeOf } from "../../onnx/tensor/shape.ts";
import { normal } from "../../random/normal.ts";
import type { Blocks } from "./papers/base.ts";

/** The parameters' shapes: a scalar, a vector, a matrix, a tensor of three dimensions, and an empty one. */
export const SHAPES: Readonly<Record<string, readonly number[]>> = {
  scalar: [],
  vector: [3],
  matrix: [2, 3],
  cube: [2, 1, 3],
  empty: [0, 2],
};

/** The number of steps of a trajectory. */
export const STEPS = 50;

/** Returns elements in an array of the type. */
export function floats(values: ArrayLike<number>, dtype: DType): Float64Array | Float32Array {
  return dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values);
}

function tensors(dtype: DType, values: (name: string, length: number) => ArrayLike<number>) {
  return Object.fromEntries(
    Object.entries(SHAPES).map(([n, s]) => [n, tensor(floats(values(n, sizeOf(s)), dtype), s)]),
  );
}

/** Returns the initial parameters. */
export function start(dtype: DType): Record<string, Tensor> {
  return tensors(dtype, (n, length) => normal({ seed: 1, stream: n }, length));
}

/** Returns gradients of all magnitudes, some of them zero. */
export function gradients(dtype: DType, step: number): Record<string, Tensor> {
  return tensors(
    dtype,
    (n, length) =>
      normal({ seed: 2, stream: n, step }, length).map((v, i) =>
        (step + i) % 7 === 0 ? 0 : v * 10 ** (i % 3 - 1)
      ),
  );
}

/** Returns diagonals of Hessians, some of them negative. */
export function hessians(dtype: DType, step: number): Record<string, Tensor> {
  return tensors(
    dtype,
    (n, length) => normal({ seed: 3, stream: n, step }, length).map((v) => 100 * (v + 1)),
  );
}

/** The sizes of the second moments of two layers: of `matrix` with `vector` as its bias, and of `cube`. */
export const FACTOR_SIZES: Readonly<Record<string, number>> = {
  "inputs/matrix": 3,
  "outputs/matrix": 3,
  "inputs/cube": 3,
  "outputs/cube": 2,
};

/** Returns second moments of layers, each of two vectors: some have an eigenvalue 0. */
export function factors(dtype: DType, step: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(FACTOR_SIZES).map(([n, size]) => [n, moment(n, { size, dtype, step })]),
  );
}

/** Returns the second moment of two vectors. */
export function moment(
  stream: string,
  { size, dtype, step }: { size: number; dtype: DType; step: number },
): Tensor {
  const v = normal({ seed: 5, stream, step }, 2 * size);
  const pair = (i: number, j: number) => (v[i]! * v[j]! + v[size + i]! * v[size + j]!) / 2;
  const values = Array.from({ length: size * size }, (_, k) => pair(Math.floor(k / size), k % size));
  return tensor(floats(values, dtype), [size, size]);
}

/** Returns a loss. */
export function valueAt(step: number): number {
  return 0.25 * (1 + step % 3);
}

/** Returns tensors as plain numbers. */
export function blocks(x: Readonly<Record<string, Tensor>>): Blocks {
  return Object.fromEntries(
    Object.entries(x).map(([n, t]) => [n, { shape: t.shape, v: Array.from(t.data as Float64Array) }]),
  );
}
