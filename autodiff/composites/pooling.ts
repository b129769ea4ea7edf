/**
 * The gradients of pools as composite nodes.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { type Axis, foldSame } from "../windows/mod.ts";
import { compositeNode, isPlainTensor, type Keeping, windowAttributes, windowsOf } from "./composite_node.ts";
import { type MaxPoolGradient, writeMaxPoolGradient } from "./max_pool.ts";

/** Returns the cotangent of x: one composite node `MaxPoolGradient(x, y, dy)`, or its expansion. */
export function maxPoolGradient(g: Graph, c: MaxPoolGradient, { composites }: Keeping): Value {
  const { x, y, dy, axes } = c;
  if (!composites || ![x, y, dy].every(isPlainTensor)) return writeMaxPoolGradient(g, c);
  return compositeNode(g, "MaxPoolGradient", {
    inputs: [x, y, dy],
    attributes: windowAttributes(axes),
    outputs: [{ dtype: x.dtype, shape: x.shape }],
  })[0]!;
}

/** Returns the operands of a `MaxPoolGradient`. */
export function maxPoolGradientOf(node: Node): MaxPoolGradient {
  const [x, y, dy] = node.inputs as [Value, Value, Value];
  return { x, y, dy, axes: windowsOf(node), target: "cpu" };
}

/** The operands of the gradient of an average pool. */
export interface AveragePoolGradient {
  readonly dy: Value;
  readonly axes: readonly Axis[];
  /** The number of elements that each window's mean is over: one number, or a value that broadcasts against dy. */
  readonly count: number | Value;
}

/** Returns the cotangent of x: one composite node `AveragePoolGradient(dy)`, or its expansion. */
export function averagePoolGradient(g: Graph, c: AveragePoolGradient, { composites }: Keeping): Value {
  const { dy, axes, count } = c;
  if (!composites || !isPlainTensor(dy) || typeof count !== "number") return writeAveragePoolGradient(g, c);
  const shape = [...dy.shape!.slice(0, 2), ...axes.map((a) => a.size)];
  return compositeNode(g, "AveragePoolGradient", {
    inputs: [dy],
    attributes: { ...windowAttributes(axes), elements: { type: "INT", value: count } },
    outputs: [{ dtype: dy.dtype, shape }],
  })[0]!;
}

/** Returns the operands of an `AveragePoolGradient`. */
export function averagePoolGradientOf(node: Node): AveragePoolGradient & { readonly count: number } {
  return { dy: node.inputs[0]!, axes: windowsOf(node), count: node.int("elements")! };
}

/** Writes the cotangent of x in `ai.onnx`: each entry of a window has the same share of that of the result. */
export function writeAveragePoolGradient(g: Graph, { dy, axes, count }: AveragePoolGradient): Value {
  return foldSame(g, g.div(dy, count), axes);
}
