/**
 * Convolutions.
 *
 * @module
 */
import { type Dim, type DType, type Shape, shapeText } from "../tensor/mod.ts";
import { checkEqual, checkLeastRank, checkRank, shapeAt, shaped } from "./common.ts";
import { contentsOf, lengthOf } from "./contents.ts";
import { divideDims, freshShape, multiplyDims } from "./dims.ts";
import type { InferNode, InferRule } from "./types.ts";
import { extentOf, type Window, windowCount, windowsOf } from "./window.ts";

/** Returns the spatial size of the kernel: by attribute, else from the weights `[M, C/group, k…]`. */
function kernelOf(node: InferNode, w: Shape | undefined, rank: number): Shape {
  const kernel = node.ints("kernel_shape") ?? w?.slice(2) ?? freshShape(rank, node.freshDim);
  if (kernel.length !== rank) {
    throw new RangeError(`the kernel must have ${rank} spatial dimensions, got ${shapeText(kernel)}`);
  }
  return kernel;
}

/** Input and weights, checked against each other. */
function operands(node: InferNode, weights: number): { x: Shape; w: Shape | undefined } | undefined {
  const [x, w] = [shapeAt(node, 0), shapeAt(node, weights)];
  checkLeastRank(x, 3, "input X");
  if (x !== undefined) checkRank(w, [x.length], "input W");
  return x && { x, w };
}

/** `Conv` and its relatives: X `[N, C, d…]`, W `[M, C/group, k…]`. */
function conv(weights: number, dtype?: DType): InferRule {
  return (node) => {
    const found = operands(node, weights);
    if (found === undefined) return [{ dtype }];
    const { x, w } = found;
    const group = node.int("group") ?? 1;
    const channels = typeof w?.[1] === "number" ? w[1] * group : undefined;
    checkEqual(
      x[1],
      channels,
      `input X ${shapeText(x)} has ${x[1]} channels, input W ${
        shapeText(w)
      } with group ${group} takes ${channels}: they must be equal`,
    );
    const windows = windowsOf(node, kernelOf(node, w, x.length - 2));
    const spatial = windows.map((v, i) => windowCount(x[i + 2]!, v, node.freshDim));
    return [{ dtype, shape: [x[0]!, w?.[0] ?? node.freshDim("channels"), ...spatial] }];
  };
}

/** `ConvTranspose`: X `[N, C, d…]`, W `[C, M/group, k…]`. */
const convTranspose: InferRule = (node) => {
  const found = operands(node, 1);
  if (found === undefined) return [];
  const { x, w } = found;
  checkEqual(
    x[1],
    w?.[0],
    `input X ${shapeText(x)} has ${x[1]} channels, input W ${shapeText(w)} takes ${
      w?.[0]
    }: they must be equal`,
  );
  const windows = windowsOf(node, kernelOf(node, w, x.length - 2));
  const given = node.ints("output_shape");
  const extra = node.ints("output_padding");
  const spatial = windows.map((v, i) =>
    // Some exporters give batch and channels as well.
    given?.at(i - windows.length) ?? transposed(x[i + 2]!, v, extra?.[i] ?? 0, node)
  );
  const channels = w === undefined
    ? node.freshDim("channels")
    : multiplyDims([w[1]!, node.int("group") ?? 1], node.freshDim);
  return shaped([x[0]!, channels, ...spatial]);
};

function transposed(size: Dim, v: Window, extra: number, node: InferNode): Dim {
  const extent = extentOf(v);
  if (v.pads === "same" && v.stride === 1) return size;
  if (extent === undefined) return node.freshDim();
  if (v.pads === "same") {
    // If strides exceed the kernel, there is nothing to cut off.
    return typeof size === "string"
      ? node.freshDim()
      : Math.min(size * v.stride, (size - 1) * v.stride + extent + extra);
  }
  const more = extent + extra - v.pads - v.stride;
  if (typeof size === "string") return v.stride === 1 && more === 0 ? size : node.freshDim();
  const result = size * v.stride + more;
  if (result < 0) {
    throw new RangeError(`pads must leave something of the ${result + v.pads} entries, got ${v.pads}`);
  }
  return result;
}

/** `Col2Im`: input `[N, C * block, L]` to `[N, C, image…]`. */
const col2Im: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkRank(x, [3], "the input");
  const image = contentsOf(node.inputs[1]);
  const block = contentsOf(node.inputs[2]);
  const rank = image?.length ?? lengthOf(node.inputs[1]) ?? block?.length ?? lengthOf(node.inputs[2]);
  if (x === undefined || rank === undefined) return [];
  const channels = block === undefined ? undefined : divideDims([x[1]!], block);
  if (channels === undefined && typeof x[1] === "number" && block?.every((b) => typeof b === "number")) {
    throw new RangeError(
      `dimension 1 of ${shapeText(x)} must be a multiple of the block ${shapeText(block)}`,
    );
  }
  return shaped([x[0]!, channels ?? node.freshDim("channels"), ...image ?? freshShape(rank, node.freshDim)]);
};

/** `CausalConvWithState`: the input's shape, and the last k-1 positions. */
const causalConv: InferRule = (node) => {
  const [x, w] = [shapeAt(node, 0), shapeAt(node, 1)];
  checkRank(x, [3], "the input");
  checkRank(w, [3], "input weight");
  checkEqual(x?.[1], w?.[0], `input weight must have ${x?.[1]} channels as the input, has ${w?.[0]}`);
  const k = w?.[2];
  const kept = typeof k === "number" ? k - 1 : shapeAt(node, 3)?.[2] ?? node.freshDim("kept");
  return [{ shape: x }, { shape: x && [x[0]!, x[1]!, kept] }];
};

/** Rules of the convolutions. */
export const CONVOLUTION: Readonly<Record<string, InferRule>> = {
  CausalConvWithState: causalConv,
  Col2Im: col2Im,
  Conv: conv(1),
  ConvInteger: conv(1, "int32"),
  ConvTranspose: convTranspose,
  DeformConv: conv(1),
  QLinearConv: conv(3),
};
