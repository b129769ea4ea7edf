/**
 * The gradients of a convolution as composite nodes.
 *
 * @module
 */
import type { Attribute, Graph, Node, Value } from "../../onnx/mod.ts";
import type { StaticShape } from "../../onnx/tensor/mod.ts";
import { compositeNode, isPlainTensor, type Keeping, windowAttributes, windowsOf } from "./composite_node.ts";
import { type InputGradient, writeInputGradient } from "./input_gradient.ts";
import type { Correlation } from "./correlation.ts";
import { writeWeightGradient } from "./weight_gradient.ts";

/** Returns the cotangent of x, `[N, C, d…]`: one composite node `ConvInputGradient(dy, w)`, or its expansion. */
export function inputGradient(g: Graph, c: InputGradient, { composites }: Keeping): Value {
  const { w, dy, axes, group } = c;
  if (!composites || ![w, dy].every(isPlainTensor) || typeof w.shape![0] !== "number") {
    return writeInputGradient(g, c);
  }
  const shape = [dy.shape![0]!, (w.shape![1] as number) * group, ...axes.map((a) => a.size)];
  return compositeNode(g, "ConvInputGradient", {
    inputs: [dy, w],
    attributes: attributesOf(c),
    outputs: [{ dtype: dy.dtype, shape }],
  })[0]!;
}

/** Returns the cotangent of w, `[M, C/group, k…]`: one composite node `ConvWeightGradient(x, dy)`, or its expansion. */
export function weightGradient(g: Graph, c: Correlation, { composites }: Keeping): Value {
  const { x, dy, shape } = c;
  if (!composites || ![x, dy].every(isPlainTensor) || shape.some((d) => typeof d !== "number")) {
    return writeWeightGradient(g, c);
  }
  return compositeNode(g, "ConvWeightGradient", {
    inputs: [x, dy],
    attributes: { ...attributesOf(c), shape: { type: "INTS", value: shape as StaticShape } },
    outputs: [{ dtype: dy.dtype, shape }],
  })[0]!;
}

function attributesOf({ axes, group }: Pick<InputGradient, "axes" | "group">): Record<string, Attribute> {
  return { ...windowAttributes(axes), group: { type: "INT", value: group } };
}

/** Returns the operands of a `ConvInputGradient`. */
export function inputGradientOf(node: Node): InputGradient {
  const [dy, w] = node.inputs as [Value, Value];
  return { dy, w, axes: windowsOf(node), group: node.int("group")! };
}

/** Returns the operands of a `ConvWeightGradient`. */
export function weightGradientOf(node: Node): Correlation {
  const [x, dy] = node.inputs as [Value, Value];
  const shape = node.ints("shape")!;
  return { x, dy, shape, axes: windowsOf(node), group: node.int("group")!, target: "cpu" };
}
