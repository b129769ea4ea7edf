/**
 * Layers that networks for images and sequences share. Their parameters have PyTorch's names, shapes and initial values,
 * and the element type of the layer's input.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import type { Graph, Value } from "../onnx/mod.ts";
import { heNormal, type Initializer, ones, zeros } from "./initializers.ts";
import { parameter } from "./parameter.ts";

/** Options of {@linkcode conv}. */
export interface ConvOptions {
  /** The layer's name; its parameters are `<name>.weight` `[out, in, k, k]` and `<name>.bias` `[out]`. */
  name: string;
  /** Channels in and out, at least 1. */
  channels: readonly [inputs: number, outputs: number];
  /** Height and width of the kernel; 3 by default. */
  kernel?: number;
  /** Step of the kernel; 1 by default. */
  stride?: number;
  /** Zeros at each border, or `"same"` for an output as large as the input at stride 1; `"same"` by default. */
  padding?: number | "same";
  /** Whether there is a bias, initially zero; `true` by default. */
  bias?: boolean;
  /** The seed of the weights. */
  seed: number;
  /** Initial weights; `heNormal` by default. */
  initializer?: Initializer;
}

const CONV_OPTIONS = {
  name: true,
  channels: true,
  kernel: false,
  stride: false,
  padding: false,
  bias: "flag",
  seed: true,
  initializer: "function",
} satisfies OptionNames<ConvOptions>;

/**
 * Adds a two-dimensional convolution of `x` `[N, C, H, W]`. With `"same"` and an even kernel, there is one zero more
 * below and to the right.
 *
 * @returns `[N, channels out, H / stride, W / stride]` with `"same"` padding
 *
 * @example
 * ```ts
 * import { Graph } from "../onnx/mod.ts";
 * import { conv } from "./layers.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N", 3, 32, 32]);
 * const y = conv(g, x, { name: "conv1", channels: [3, 16], stride: 2, seed: 1 });
 * assertEquals(y.shape, ["N", 16, 16, 16]);
 * assertEquals([...g.initializers.keys()], ["conv1.weight", "conv1.bias"]);
 * ```
 */
export function conv(g: Graph, x: Value, options: ConvOptions): Value {
  checkOptions("conv", options, CONV_OPTIONS);
  const { name, channels: [inputs, outputs], kernel = 3, stride = 1, padding = "same", bias = true, seed } =
    options;
  const { initializer = heNormal } = options;
  const shape = [outputs, inputs, kernel, kernel];
  const W = parameter(g, x, { name: `${name}.weight`, shape, seed, initializer });
  const B = bias
    ? parameter(g, x, { name: `${name}.bias`, shape: [outputs], seed, initializer: zeros })
    : null;
  const before = padding === "same" ? Math.floor((kernel - 1) / 2) : padding;
  const after = padding === "same" ? kernel - 1 - before : padding;
  return g.conv(x, W, B, {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [before, before, after, after],
  });
}

/**
 * Adds a maximum over 2 by 2 pixels: `[N, C, H, W]` to `[N, C, H / 2, W / 2]`, rounded down.
 *
 * @example
 * ```ts
 * import { Graph } from "../onnx/mod.ts";
 * import { maxPool2 } from "./layers.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * assertEquals(maxPool2(g, g.input("x", "float32", ["N", 8, 5, 6])).shape, ["N", 8, 2, 3]);
 * ```
 */
export function maxPool2(g: Graph, x: Value): Value {
  return g.maxPool(x, { kernel_shape: [2, 2], strides: [2, 2] })[0];
}

/**
 * Adds a mean over the pixels of each channel: `[N, C, H, W]` to `[N, C]`.
 *
 * @example
 * ```ts
 * import { Graph } from "../onnx/mod.ts";
 * import { channelMeans } from "./layers.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * assertEquals(channelMeans(g, g.input("x", "float32", ["N", 8, 5, 6])).shape, ["N", 8]);
 * ```
 */
export function channelMeans(g: Graph, x: Value): Value {
  return g.flatten(g.globalAveragePool(x), { axis: 1 });
}

/** Options of {@linkcode batchNorm}. */
export interface BatchNormOptions {
  /** The layer's name: parameters `.weight` and `.bias`, statistics `.running_mean` and `.running_var`, all `[C]`. */
  name: string;
  /** Channels. */
  channels: number;
  /** Added to the variance; 1e-5 by default. */
  epsilon?: number;
  /** Share of the old running statistics that a step keeps; 0.9 by default, PyTorch's momentum of 0.1. */
  momentum?: number;
  /** Initial scale; ones by default. */
  scale?: Initializer;
}

const BATCH_NORM_OPTIONS = {
  name: true,
  channels: true,
  epsilon: false,
  momentum: false,
  scale: "function",
} satisfies OptionNames<BatchNormOptions>;

/**
 * Adds a batch normalization of `x` `[N, C, …]`: by its running statistics when the model is evaluated, by those of the
 * batch when it is trained.
 *
 * @see Ioffe, Szegedy: Batch normalization: accelerating deep network training, 2015.
 *
 * @example
 * ```ts
 * import { Graph } from "../onnx/mod.ts";
 * import { batchNorm } from "./layers.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N", 8, 5, 6]);
 * assertEquals(batchNorm(g, x, { name: "norm", channels: 8 }).shape, ["N", 8, 5, 6]);
 * assertEquals(
 *   [...g.initializers.keys()],
 *   ["norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"],
 * );
 * ```
 */
export function batchNorm(g: Graph, x: Value, options: BatchNormOptions): Value {
  checkOptions("batchNorm", options, BATCH_NORM_OPTIONS);
  const { name, channels, epsilon = 1e-5, momentum = 0.9, scale = ones } = options;
  const perChannel = (suffix: string, initializer: Initializer) =>
    parameter(g, x, { name: `${name}.${suffix}`, shape: [channels], seed: 0, initializer });
  return g.batchNormalization(
    x,
    perChannel("weight", scale),
    perChannel("bias", zeros),
    perChannel("running_mean", zeros),
    perChannel("running_var", ones),
    { epsilon, momentum },
  )[0];
}

/** Options of {@linkcode layerNorm}. */
export interface LayerNormOptions {
  /** The layer's name: parameters `.weight` and `.bias`, `[D]` each. */
  name: string;
  /** Size of the last dimension. */
  size: number;
  /** Added to the variance; 1e-5 by default. */
  epsilon?: number;
}

const LAYER_NORM_OPTIONS = { name: true, size: true, epsilon: false } satisfies OptionNames<LayerNormOptions>;

/**
 * Adds a normalization of `x` `[…, D]` over its last dimension.
 *
 * @see Ba, Kiros, Hinton: Layer normalization, 2016.
 *
 * @example
 * ```ts
 * import { Graph } from "../onnx/mod.ts";
 * import { layerNorm } from "./layers.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N", 7, 16]);
 * assertEquals(layerNorm(g, x, { name: "norm", size: 16 }).shape, ["N", 7, 16]);
 * ```
 */
export function layerNorm(g: Graph, x: Value, options: LayerNormOptions): Value {
  checkOptions("layerNorm", options, LAYER_NORM_OPTIONS);
  const { name, size, epsilon = 1e-5 } = options;
  const scale = parameter(g, x, { name: `${name}.weight`, shape: [size], seed: 0, initializer: ones });
  const bias = parameter(g, x, { name: `${name}.bias`, shape: [size], seed: 0, initializer: zeros });
  return g.layerNormalization(x, scale, bias, { axis: -1, epsilon })[0];
}

/**
 * Adds dropout: a training program sets a share of the elements of `x` to zero and scales the others up; evaluation
 * returns `x`. A share of 0 adds nothing.
 *
 * @param ratio the share to set to zero, in [0, 1)
 * @see Srivastava et al.: Dropout: a simple way to prevent neural networks from overfitting, 2014.
 *
 * @example
 * ```ts
 * import { Graph } from "../onnx/mod.ts";
 * import { dropout } from "./layers.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N", 16]);
 * assertEquals(dropout(g, x, 0.5).producer?.opType, "Dropout");
 * assertEquals(dropout(g, x, 0), x);
 * ```
 */
export function dropout(g: Graph, x: Value, ratio: number): Value {
  return ratio === 0 ? x : g.dropout(x, ratio)[0];
}

/** Checks numbers that count something. @throws {RangeError} naming the first that is not an integer of at least 1. */
export function checkCounts(options: Readonly<Record<string, number | readonly number[]>>): void {
  for (const [name, value] of Object.entries(options)) {
    for (const n of Array.isArray(value) ? value : [value]) {
      if (!(Number.isInteger(n) && n >= 1)) {
        throw new RangeError(
          `${name} must be ${Array.isArray(value) ? "integers" : "an integer"} of at least 1, got ${
            Array.isArray(value) ? `[${value.join(", ")}]` : String(value)
          }`,
        );
      }
    }
  }
}

/** Checks a share of elements to drop. @throws {RangeError} unless it is in [0, 1). */
export function checkRatio(name: string, ratio: number): void {
  if (!(typeof ratio === "number" && ratio >= 0 && ratio < 1)) {
    throw new RangeError(`${name} must be in [0, 1), got ${String(ratio)}`);
  }
}
