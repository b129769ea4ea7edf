/**
 * Concat and Split along the channels or the examples: blocks of channels lie side by side.
 *
 * @module
 */
import { Node, type Value } from "../../../onnx/mod.ts";
import { normalizeAxis } from "../../../onnx/tensor/mod.ts";
import type { LayoutRule } from "../rule.ts";
import { pays } from "./elementwise.ts";

/** Writes Concat of images whose channels fill blocks. */
export const concat: LayoutRule = (node, f) => {
  const parts = node.inputs as readonly Value[];
  if (!isOuterAxis(node) || !parts.every((v) => f.canBlock(v)) || !pays([...new Set(parts)], f)) return false;
  const { opType, domain, opset, attributes } = node;
  const inputs = parts.map((v) => f.blocks(v));
  f.setBlocks(node.outputs[0]!, f.g.append(new Node(opType, domain, opset, "", inputs, attributes), 1)[0]!);
  return true;
};

/** Writes Split into images whose channels fill blocks. */
export const split: LayoutRule = (node, f) => {
  const [x, sizes] = node.inputs as [Value, Value | null | undefined];
  const parts = node.outputs;
  if (!isOuterAxis(node) || !f.hasBlocks(x) || !parts.every((v) => v !== null && f.canBlock(v))) return false;
  const { opType, domain, opset, attributes } = node;
  const inputs = [f.blocks(x), ...(sizes ? [f.plain(sizes)] : [])];
  const made = f.g.append(new Node(opType, domain, opset, "", inputs, attributes), parts.length);
  parts.forEach((v, i) => f.setBlocks(v!, made[i]!));
  return true;
};

function isOuterAxis(node: Node): boolean {
  const image = node.inputs[0]!;
  return image.shape?.length === 4 && normalizeAxis(node.int("axis")!, 4) < 2;
}
