/**
 * Convolutions, and the gradients of convolutions.
 *
 * @module
 */
import { inputGradientOf, weightGradientOf } from "../../../autodiff/composites/mod.ts";
import type { Value } from "../../../onnx/mod.ts";
import { isStatic } from "../../../onnx/tensor/mod.ts";
import * as blocks from "../../blocks/mod.ts";
import type { LayoutRule } from "../rule.ts";
import { imageWindows } from "../windows.ts";

/** Writes Conv: what is added to its result, and a Relu behind, can join it. */
export const conv: LayoutRule = (node, f) => {
  const [x, w, bias] = node.inputs as [Value, Value, Value | null | undefined];
  const y = node.outputs[0]!;
  if (!isStatic(w.shape) || (bias && bias.shape?.[0] !== w.shape[0])) return false;
  const axes = imageWindows(node, { over: x, windows: y, kernel: w.shape.slice(2) });
  if (axes === undefined) return false;
  const { g, block } = f;
  const group = node.int("group")!;
  const form = blocks.convForm({ x: x.shape!, w: w.shape, axes, group, block, dtype: x.known.dtype });
  if (form === "plain") return false;
  const image = form === "blocked-from-plain" ? f.plain(x) : f.blocks(x);
  const [weights, shift] = [f.plain(w), bias ? f.plain(bias) : null];
  f.defer(y, ({ sum, relu }) => {
    const activation = relu ? "Relu" : undefined;
    return blocks.conv(g, { x: image, w: weights, bias: shift, axes, group, block, sum, activation });
  });
  return true;
};

/** Writes ConvInputGradient: a gradient that is added to its result can join it. */
export const inputGradient: LayoutRule = (node, f) => {
  const { dy, w, axes, group } = inputGradientOf(node);
  const dx = node.outputs[0]!;
  const { g, block } = f;
  const form = blocks.inputGradientForm({ x: dx.shape!, w: w.shape!, axes, group, block });
  if (form === "plain" || !f.canBlock(dy)) return false;
  const [cotangent, weights] = [f.blocks(dy), f.plain(w)];
  f.defer(dx, ({ sum, relu }) => {
    const made = blocks.inputGradient(g, { dy: cotangent, w: weights, axes, group, block, sum });
    return relu ? g.relu(made) : made;
  });
  return true;
};

/** Writes ConvWeightGradient, of an image in the form that it has. */
export const weightGradient: LayoutRule = (node, f) => {
  const { x, dy, shape, axes, group } = weightGradientOf(node);
  const { g, block } = f;
  const form = blocks.weightGradientForm({ x: x.shape!, w: shape, axes, group, block });
  if (form === "plain" || !f.canBlock(dy)) return false;
  const xIsBlocked = f.hasBlocks(x) || group !== 1;
  const image = xIsBlocked ? f.blocks(x) : f.plain(x);
  const dw = blocks.weightGradient(g, { x: image, dy: f.blocks(dy), shape, axes, group, block, xIsBlocked });
  f.setPlain(node.outputs[0]!, dw);
  return true;
};
