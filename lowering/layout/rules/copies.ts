/**
 * Operators that copy an image, or look at its shape alone.
 *
 * @module
 */
import { Node } from "../../../onnx/mod.ts";
import { sameShape } from "../../../onnx/tensor/mod.ts";
import { broadcastInBlocks } from "../broadcast.ts";
import type { LayoutRule } from "../rule.ts";
import { asImage } from "../shapes.ts";

/** Passes on the blocks of Identity, and of Dropout in inference form. */
export const identity: LayoutRule = (node, f) => {
  const [x, ...options] = node.inputs;
  const [y, mask] = node.outputs;
  // An input of Dropout besides the ratio turns its training form on.
  if (!x || !y || mask || options[1] || !f.hasBlocks(x) || f.hasPlain(x)) return false;
  f.setBlocks(y, f.blocks(x));
  return true;
};

/** Passes on the blocks of a Reshape to the shape that the image has. */
export const reshape: LayoutRule = (node, f) => {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  if (!sameShape(x.shape, y.shape) || !f.hasBlocks(x) || f.hasPlain(x)) return false;
  f.setBlocks(y, f.blocks(x));
  return true;
};

/** Writes Shape and Size, which are those of the blocks. */
export const shape: LayoutRule = (node, f) => {
  const x = node.inputs[0]!;
  if (!f.hasBlocks(x) || f.hasPlain(x)) return false;
  const { opType, domain, opset, attributes } = node;
  f.setPlain(
    node.outputs[0]!,
    f.g.append(new Node(opType, domain, opset, "", [f.blocks(x)], attributes), 1)[0]!,
  );
  return true;
};

/** Writes Expand from one place to all: in the form that is read. */
export const expand: LayoutRule = (node, f) => {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  if (!f.canBlock(y) || asImage(x)?.[0] !== y.shape![0]) return false;
  const write = broadcastInBlocks(f, x, y);
  if (write === undefined) return false;
  f.either(y, node, write);
  return true;
};
