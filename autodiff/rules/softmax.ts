/**
 * Rules of the softmax family.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { Rule } from "../site.ts";

/**
 * y = softmax x: dx = y (dy - sum(dy y)).
 *
 * When an attention mask hides a whole row, exporters write a softmax of -infinities, which is NaN, and a Where that
 * replaces it by 0. No gradient may flow through such a row, as in PyTorch's own attention, but 0 times NaN would be
 * NaN: there the rule selects 0 instead of multiplying.
 */
export const softmax: Rule = (s) => {
  const { g, dy } = s;
  const y = isSelected(g, s.y()) ? g.where(g.isNaN(s.y()), g.constant(0, dy.dtype), s.y()) : s.y();
  const dot = g.reduceSum(g.mul(dy, y), [s.node.int("axis")!], { keepdims: 1 });
  return [g.mul(y, g.sub(dy, dot))];
};

/** Operators that keep the numbers and change only their place or type. */
const SAME_NUMBERS: ReadonlySet<string> = new Set(
  ["Cast", "CastLike", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"],
);

/** Returns whether a Where selects between `y` and another value. */
function isSelected(g: Graph, y: Value): boolean {
  return g.nodes.some(({ domain, opType, inputs, outputs }) => {
    if (domain !== "") return false;
    if (opType === "Where") return inputs[1] === y || inputs[2] === y;
    return SAME_NUMBERS.has(opType) && inputs[0] === y && isSelected(g, outputs[0]!);
  });
}

/** y = ln softmax x: dx = dy - e^y sum(dy). */
export const logSoftmax: Rule = (s) => {
  const { g, dy } = s;
  const total = g.reduceSum(dy, [s.node.int("axis")!], { keepdims: 1 });
  return [g.sub(dy, g.mul(g.exp(s.y()), total))];
};
