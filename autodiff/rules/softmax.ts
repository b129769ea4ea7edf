/**
 * Rules of the softmax family.
 *
 * @module
 */
import type { Rule } from "../site.ts";

/** y = softmax x: dx = y (dy - sum(dy y)). */
export const softmax: Rule = (s) => {
  const { g, dy } = s;
  const y = s.y();
  const dot = g.reduceSum(g.mul(dy, y), [s.node.int("axis")!], { keepdims: 1 });
  return [g.mul(y, g.sub(dy, dot))];
};

/** y = ln softmax x: dx = dy - e^y sum(dy). */
export const logSoftmax: Rule = (s) => {
  const { g, dy } = s;
  const total = g.reduceSum(dy, [s.node.int("axis")!], { keepdims: 1 });
  return [g.sub(dy, g.mul(g.exp(s.y()), total))];
};
