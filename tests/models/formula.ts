/** The numbers and weights of `tools/golden/zoo.py`: both languages compute them by the same formula. */
import { type Tensor, tensor, tensorOf } from "../../onnx/mod.ts";

/** Returns a number in [-1, 1) from a name and a position. */
export function number(name: string, i: number): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) h = Math.imul(h ^ byte, 0x01000193);
  h = (h + Math.imul(i, 0x9e3779b9)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/** Returns how many elements a shape has. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Returns the first `size` numbers of a name. */
export const numbers = (name: string, size: number): Float64Array<ArrayBuffer> =>
  Float64Array.from({ length: size }, (_, i) => number(name, i));

/** Returns a float32 tensor of the numbers of a name. */
export const floats = (name: string, shape: readonly number[]): Tensor =>
  tensor(Float32Array.from(numbers(name, sizeOf(shape))), [...shape]);

/** Returns the weight or running statistic of a name. */
export function weight(name: string, shape: readonly number[]): Tensor {
  const values = numbers(name, sizeOf(shape));
  const scaled = shape.length > 1
    ? values.map((v) => v * Math.sqrt(3 / sizeOf(shape.slice(1))))
    : name.endsWith("running_var")
    ? values.map((v) => 1 + 0.5 * v)
    : name.endsWith("weight")
    ? values.map((v) => 1 + 0.4 * v)
    : values.map((v) => 0.3 * v);
  return tensor(Float32Array.from(scaled), [...shape]);
}

/** Returns integers from 0 up to, not including, `below`. */
export function integers(name: string, shape: number[], below: number): Tensor {
  const values = Array.from(numbers(name, sizeOf(shape)), (v) => Math.floor((v + 1) / 2 * below));
  return tensorOf(values, shape, "int64");
}
