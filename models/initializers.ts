/**
 * Random initial values of weights: a pure function of shape, seed and name, the same on every platform.
 *
 * Weights have PyTorch's layout: `[out, in]` for a dense layer, `[out, in, kernel…]` for a convolution. The fan-in of a
 * weight is the number of inputs of one of its outputs, the fan-out the number of outputs that one input reaches.
 *
 * @module
 */
import { type StaticShape, type Tensor, tensor } from "../onnx/mod.ts";
import { sizeOf } from "../onnx/tensor/mod.ts";
import { inverseNormal } from "../random/inverse_normal.ts";
import { normal, randomBits, uniform } from "../random/mod.ts";

/** The source of an initializer's numbers. */
export interface Draw {
  /** The seed of the model: an integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** The weight's name: each weight of a model draws from its own stream. */
  readonly name: string;
}

/** A float32 tensor of initial values. */
export type Initializer = (shape: StaticShape, draw: Draw) => Tensor;

/**
 * Returns the fan-in and the fan-out of a weight `[out, in, kernel…]`; for a vector, both are its length.
 *
 * @example
 * ```ts
 * import { fans } from "./initializers.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(fans([16, 3, 5, 5]), { fanIn: 75, fanOut: 400 });
 * ```
 */
export function fans(shape: StaticShape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) };
  const kernel = sizeOf(shape.slice(2));
  return { fanIn: shape[1]! * kernel, fanOut: shape[0]! * kernel };
}

/**
 * Returns zeros, the usual initial value of biases.
 *
 * @example
 * ```ts
 * import { zeros } from "./initializers.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(zeros([2], { seed: 0, name: "b" }).data, Float32Array.of(0, 0));
 * ```
 */
export const zeros: Initializer = (shape): Tensor => tensor(new Float32Array(sizeOf(shape)), shape);

/**
 * Returns ones, the usual initial value of scales.
 *
 * @example
 * ```ts
 * import { ones } from "./initializers.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(ones([2], { seed: 0, name: "scale" }).data, Float32Array.of(1, 1));
 * ```
 */
export const ones: Initializer = (shape): Tensor => tensor(new Float32Array(sizeOf(shape)).fill(1), shape);

function scaledUniform(variance: (fan: { fanIn: number; fanOut: number }) => number): Initializer {
  return (shape, { seed, name }) => {
    const bound = Math.sqrt(3 * variance(fans(shape)));
    return tensor(uniform({ seed, stream: name }, sizeOf(shape), { low: -bound, high: bound }), shape);
  };
}

function scaledNormal(variance: (fan: { fanIn: number; fanOut: number }) => number): Initializer {
  return (shape, { seed, name }) => {
    const std = Math.sqrt(variance(fans(shape)));
    return tensor(normal({ seed, stream: name }, sizeOf(shape), { std }), shape);
  };
}

/** Returns numbers that are uniform with variance 2 / (fanIn + fanOut). @see Glorot, Bengio, 2010, eq. 16 */
export const glorotUniform: Initializer = scaledUniform(({ fanIn, fanOut }) => 2 / (fanIn + fanOut));
/** Returns numbers that are normal with variance 2 / (fanIn + fanOut). @see Glorot, Bengio, 2010 */
export const glorotNormal: Initializer = scaledNormal(({ fanIn, fanOut }) => 2 / (fanIn + fanOut));
/**
 * Returns numbers that are uniform with variance 2 / fanIn, for layers before a ReLU.
 *
 * @see He, Zhang, Ren, Sun, 2015, eq. 10
 */
export const heUniform: Initializer = scaledUniform(({ fanIn }) => 2 / fanIn);
/**
 * Returns numbers that are normal with variance 2 / fanIn, for layers before a ReLU.
 *
 * @see He, Zhang, Ren, Sun, 2015, eq. 10
 */
export const heNormal: Initializer = scaledNormal(({ fanIn }) => 2 / fanIn);
/**
 * Returns numbers that are uniform with variance 1 / fanIn.
 *
 * @see LeCun, Bottou, Orr, Müller, Efficient BackProp, 1998
 */
export const lecunUniform: Initializer = scaledUniform(({ fanIn }) => 1 / fanIn);
/**
 * Returns numbers that are normal with variance 1 / fanIn.
 *
 * @see LeCun, Bottou, Orr, Müller, Efficient BackProp, 1998, eq. 16
 */
export const lecunNormal: Initializer = scaledNormal(({ fanIn }) => 1 / fanIn);

/**
 * Returns an initializer that is uniform in `[-bound, bound)`, whatever the fan.
 *
 * @throws {RangeError} unless the bound is above 0.
 *
 * @example
 * ```ts
 * import { uniformWithin } from "./initializers.ts";
 * import { assert } from "@std/assert";
 * const { data } = uniformWithin(0.1)([100], { seed: 1, name: "w" });
 * assert((data as Float32Array).every((v) => v >= -0.1 && v < 0.1));
 * ```
 */
export function uniformWithin(bound: number): Initializer {
  if (!(Number.isFinite(bound) && bound > 0)) throw new RangeError(`bound must be above 0, got ${bound}`);
  return (shape, { seed, name }) =>
    tensor(uniform({ seed, stream: name }, sizeOf(shape), { low: -bound, high: bound }), shape);
}

/**
 * Returns an initializer that is normal with a standard deviation, whatever the fan.
 *
 * @throws {RangeError} unless the standard deviation is above 0.
 *
 * @example
 * ```ts
 * import { normalOf } from "./initializers.ts";
 * import { assert } from "@std/assert";
 * const { data } = normalOf(0.02)([10000], { seed: 1, name: "w" });
 * const variance = (data as Float32Array).reduce((sum, v) => sum + v * v / 10000, 0);
 * assert(Math.abs(Math.sqrt(variance) - 0.02) < 0.001);
 * ```
 */
export function normalOf(std: number): Initializer {
  if (!(Number.isFinite(std) && std > 0)) throw new RangeError(`std must be above 0, got ${std}`);
  return (shape, { seed, name }) => tensor(normal({ seed, stream: name }, sizeOf(shape), { std }), shape);
}

/** The standard normal distribution's share below -2. */
const BELOW_TWO = 0.022750131948179207;

/**
 * Returns an initializer that is normal with a standard deviation, whatever the fan, but for the numbers beyond two
 * deviations: these are drawn again. The standard deviation of what remains is 0.8796 times the one given, as with
 * TensorFlow's `truncated_normal`.
 *
 * Element `i` is `std z`, where `z` is the inverse normal distribution at the place that word `i` of `randomBits` has
 * between its values at -2 and at 2.
 *
 * @param std the standard deviation before truncation
 * @throws {RangeError} unless the standard deviation is above 0.
 *
 * @example
 * ```ts
 * import { truncatedNormalOf } from "./initializers.ts";
 * import { assert } from "@std/assert";
 * const { data } = truncatedNormalOf(0.05)([1000], { seed: 1, name: "w" });
 * assert((data as Float32Array).every((v) => Math.abs(v) <= 0.1));
 * ```
 */
export function truncatedNormalOf(std: number): Initializer {
  if (!(Number.isFinite(std) && std > 0)) throw new RangeError(`std must be above 0, got ${std}`);
  return (shape, { seed, name }) => {
    const bits = randomBits({ seed, stream: name }, sizeOf(shape));
    const values = new Float32Array(bits.length);
    bits.forEach((word, i) => {
      const share = (word + 0.5) / 2 ** 32;
      values[i] = std * inverseNormal(BELOW_TWO + share * (1 - 2 * BELOW_TWO));
    });
    return tensor(values, shape);
  };
}

/**
 * Returns a matrix whose rows (or columns, if fewer) are orthonormal, uniform over all such matrices; dimensions after
 * the first count as columns.
 *
 * @example
 * ```ts
 * import { orthogonal } from "./initializers.ts";
 * import { assert } from "@std/assert";
 * const [a, b, c, d] = orthogonal([2, 2], { seed: 1, name: "w" }).data as Float32Array;
 * assert(Math.abs(a! * a! + b! * b! - 1) < 1e-6);
 * assert(Math.abs(a! * c! + b! * d!) < 1e-6);
 * ```
 *
 * @see Saxe, McClelland, Ganguli, Exact solutions to the nonlinear dynamics of learning, 2014
 */
export const orthogonal: Initializer = (shape, { seed, name }): Tensor => {
  const rows = shape[0] ?? 1;
  const columns = sizeOf(shape.slice(1));
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const draws = Float64Array.from(normal({ seed, stream: name }, count * length, {}));
  const vectors = Array.from({ length: count }, (_, i) => draws.subarray(i * length, (i + 1) * length));
  orthonormalize(vectors);
  const data = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      data[r * columns + c] = rows <= columns ? vectors[r]![c]! : vectors[c]![r]!;
    }
  }
  return tensor(data, shape);
};

/** Gram–Schmidt in place, each vector twice: once leaves an error that grows with the condition number. */
function orthonormalize(vectors: readonly Float64Array[]): void {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  vectors.forEach((v, i) => {
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of vectors.slice(0, i)) {
        const along = dot(v, earlier);
        for (let k = 0; k < v.length; k++) v[k]! -= along * earlier[k]!;
      }
      const norm = Math.sqrt(dot(v, v));
      for (let k = 0; k < v.length; k++) v[k]! /= norm;
    }
  });
}
