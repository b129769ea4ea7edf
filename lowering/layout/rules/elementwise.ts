/**
 * Operators that compute element by element: they take images in blocks as they are.
 *
 * @module
 */
import { Node, type Value } from "../../../onnx/mod.ts";
import { sameShape } from "../../../onnx/tensor/mod.ts";
import { broadcastInBlocks, isFree } from "../broadcast.ts";
import type { Forms } from "../forms.ts";
import type { LayoutRule } from "../rule.ts";

/** Applies the operator to blocks, with operands that are broadcast brought into a shape that fits. */
export const elementwise: LayoutRule = (node, f) => {
  const y = node.outputs[0];
  if (!y || node.outputs.length !== 1 || !f.canBlock(y)) return false;
  const operands = node.inputs.filter((v) => v !== null);
  const images = [...new Set(operands.filter((v) => sameShape(v.shape, y.shape)))];
  if (!images.every((v) => f.canBlock(v)) || !pays(images, f)) return false;
  const fits = (v: Value) => images.includes(v) || isFree(v, y) || broadcastInBlocks(f, v, y) !== undefined;
  if (!operands.every(fits)) return false;
  const inputs = node.inputs.map((v) => {
    if (v === null) return null;
    if (images.includes(v)) return f.blocks(v);
    return isFree(v, y) ? f.plain(v) : broadcastInBlocks(f, v, y)!();
  });
  const { opType, domain, opset, attributes } = node;
  f.setBlocks(y, f.g.append(new Node(opType, domain, opset, "", inputs, attributes), 1)[0]!);
  return true;
};

/** Returns whether a node on blocks needs no more reorders than a plain one. At least one operand must be in blocks. */
export function pays(images: readonly Value[], f: Forms): boolean {
  const blocked = images.filter((v) => f.hasBlocks(v));
  const toReorder = images.length - blocked.length;
  if (toReorder === 0) return blocked.length > 0;
  return toReorder <= blocked.filter((v) => !f.hasPlain(v)).length;
}
