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
 * Exporters write attention whose masks may hide everything as a softmax of -infinities, NaN, that a Where then replaces by 0.
 * No gradient flows through such rows, as in PyTorch's own attention; 0 times NaN would be NaN.
 */
export const softmax: Rule = (s) => {
  const { g, dy } = s;
  const y = isSelected(g, s.y()) ? g.where(g.isNaN(s.y()), g.constant(0, dy.dtype), s.y()) : s.y();
  const dot = g.reduceSum(g.mul(dy, y), [s.node.int("axis")!], { keepdims: 1 });
  return [g.mul(y, g.sub(dy, dot))];
};

/** Operators after which the numbers are the same, in another place or of another type. */
const SAME_NUMBERS: ReadonlySet<string> = new Set(
  ["Cast", "CastLike", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"],
);

/** Whether a Where chooses between `y` and something else. */
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
