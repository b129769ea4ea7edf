/**
 * Writes the sum of the squares of a tensor as one node.
 *
 * @module
 */
import type { WriteNode } from "../graph/mod.ts";

/**
 * Writes a sum of squares over all elements as `ReduceSumSquare`, with the bits of `Mul` and `ReduceSum`: 27 us for
 * 256 x 784 elements instead of 73 in one thread. Sums over axes stay as they are.
 */
export const sumOfSquares: WriteNode = (g, e, at) => {
  if (e.op !== "sum" || e.axes !== null || e.args[0].op !== "square") return undefined;
  const [x] = e.args[0].args;
  // A value of constants alone is a scalar in the graph, whatever its shape.
  return at(x!).rank === x!.shape.length ? g.reduceSumSquare(at(x!), null, { keepdims: 0 }) : undefined;
};
