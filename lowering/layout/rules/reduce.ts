/**
 * Means and sums over all places of an image.
 *
 * @module
 */
import type { Node } from "../../../onnx/mod.ts";
import { normalizeAxis } from "../../../onnx/tensor/mod.ts";
import { meansOverPlaces } from "../../blocks/mod.ts";
import type { LayoutRule } from "../rule.ts";
import { imageSizes, integers } from "../shapes.ts";

/** Writes ReduceMean and ReduceSum over both spatial axes, and over others besides: the means over places come first. */
export const reduce: LayoutRule = (node, f) => {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  if (!f.hasBlocks(x) || x.dtype !== "float32") return false;
  const axes = axesOf(node);
  if (axes === undefined || !axes.has(2) || !axes.has(3)) return false;
  const { g } = f;
  const others = [...axes].filter((a) => a < 2);
  const keepdims = node.int("keepdims")!;
  let means = meansOverPlaces(g, f.blocks(x));
  if (node.opType === "ReduceSum") {
    const { h, w } = imageSizes(x)!;
    if (others.length > 0) means = g.reduceSum(means, others, { keepdims });
    means = g.mul(means, h * w);
  } else if (others.length > 0) means = g.reduceMean(means, others, { keepdims });
  f.setPlain(y, keepdims === 1 ? g.unsqueeze(means, [2, 3]) : means);
  return true;
};

/** Returns the axes that a node reduces; `undefined` if they are known at run time only. */
function axesOf(node: Node): ReadonlySet<number> | undefined {
  const operand = node.inputs[1];
  const axes = operand ? integers(operand) : node.ints("axes") ?? [];
  if (axes === undefined) return undefined;
  if (axes.length > 0) return new Set(axes.map((a) => normalizeAxis(a, 4)));
  return node.int("noop_with_empty_axes") === 1 ? new Set() : new Set([0, 1, 2, 3]);
}

/** Writes GlobalAveragePool. */
export const globalAveragePool: LayoutRule = (node, f) => {
  const x = node.inputs[0]!;
  if (!f.hasBlocks(x)) return false;
  f.setPlain(node.outputs[0]!, f.g.unsqueeze(meansOverPlaces(f.g, f.blocks(x)), [2, 3]));
  return true;
};
