/**
 * Layers with the padding of TensorFlow, initial biases, and an L2 term for the weights.
 *
 * @module
 */
import { type Graph, type Initializer, type Value, zeros } from "../../../../mod.ts";

/** The shares of all layers of a network. */
export interface LayerDefaults {
  readonly seed: number;
  /** Initial weights. */
  readonly weight: Initializer;
  /** Initial biases; zeros by default. */
  readonly bias?: Initializer;
}

/** A convolution. */
export interface ConvLayer extends LayerDefaults {
  /** The layer's name; its parameters are `<name>.weight` and `<name>.bias`. */
  readonly name: string;
  readonly channels: readonly [inputs: number, outputs: number];
  readonly kernel: number;
  /** Step of the kernel; 1 by default. */
  readonly stride?: number;
  /** `"same"`: an output of the size of the input, divided by the stride; `"valid"`: no zeros. `"same"` by default. */
  readonly padding?: "same" | "valid";
  /** Adds a bias; `true` by default. */
  readonly biased?: boolean;
}

/** A dense layer. */
export interface DenseLayer extends LayerDefaults {
  /** The layer's name; its parameters are `<name>.weight` `[outputs, inputs]` and `<name>.bias` `[outputs]`. */
  readonly name: string;
  readonly size: readonly [inputs: number, outputs: number];
}

/**
 * Returns the padding `[top, left, bottom, right]` by which a window covers an image of a side as TensorFlow's `"same"` does:
 * zeros on both sides, the odd one at the bottom and on the right.
 */
export function samePads(side: number, { kernel, stride }: { kernel: number; stride: number }): number[] {
  const all = Math.max(0, (Math.ceil(side / stride) - 1) * stride + kernel - side);
  const before = Math.floor(all / 2);
  return [before, before, all - before, all - before];
}

/** Adds a convolution of square images `x` `[N, C, S, S]`. */
export function conv(g: Graph, x: Value, layer: ConvLayer): Value {
  const { name, channels: [inputs, outputs], kernel, stride = 1, padding = "same", biased = true } = layer;
  const shape = [outputs, inputs, kernel, kernel];
  return g.conv(x, weightOf(g, layer, shape), biased ? biasOf(g, layer, outputs) : null, {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: padding === "same" ? samePads(sideOf(x, name), { kernel, stride }) : [0, 0, 0, 0],
  });
}

/**
 * Adds the transpose of a convolution of square images, `[N, C, S, S]` to `[N, outputs, S * stride, S * stride]`, padded as
 * TensorFlow's `"same"` does; its weights are `[inputs, outputs, kernel, kernel]`.
 */
export function convTranspose(g: Graph, x: Value, layer: ConvLayer): Value {
  const { name, channels: [inputs, outputs], kernel, stride = 1 } = layer;
  const W = weightOf(g, layer, [inputs, outputs, kernel, kernel]);
  return g.convTranspose(x, W, biasOf(g, layer, outputs), {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: samePads(sideOf(x, name) * stride, { kernel, stride }),
  });
}

/** Adds a maximum over windows of square images, padded as TensorFlow's `"same"` does. */
export function maxPool(
  g: Graph,
  x: Value,
  { kernel, stride }: { kernel: number; stride: number },
): Value {
  return g.maxPool(x, {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: samePads(sideOf(x, "maxPool"), { kernel, stride }),
  })[0];
}

/** Adds a dense layer of `x` `[N, inputs]`. */
export function dense(g: Graph, x: Value, layer: DenseLayer): Value {
  const [inputs, outputs] = layer.size;
  return g.gemm(x, weightOf(g, layer, [outputs, inputs]), biasOf(g, layer, outputs), { transB: 1 });
}

/** Adds the initial weights of a layer. */
export function weightOf(
  g: Graph,
  { name, seed, weight }: { readonly name: string } & LayerDefaults,
  shape: readonly number[],
): Value {
  return g.initializer(`${name}.weight`, weight(shape, { seed, name: `${name}.weight` }));
}

/** Adds the initial biases of a layer. */
export function biasOf(
  g: Graph,
  { name, seed, bias = zeros }: { readonly name: string } & LayerDefaults,
  outputs: number,
): Value {
  return g.initializer(`${name}.bias`, bias([outputs], { seed, name: `${name}.bias` }));
}

/** Returns the side of square images `[N, C, S, S]`. */
export function sideOf(x: Value, name: string): number {
  const side = x.shape?.[2];
  if (typeof side === "number" && side === x.shape?.[3]) return side;
  throw new RangeError(`${name} takes square images of a known side, got [${x.shape?.join(", ")}]`);
}
