/**
 * Sizes of which some are known at run time only, and arithmetic on them.
 *
 * @module
 */
import type { Graph, Operand, Shape, Value } from "../../onnx/mod.ts";

/** A size: a number, or what writes the node that reads it at run time, a vector of one int64. */
export type Size = number | (() => Value);

/** The size of `x` along an axis. */
export function sizeAt(g: Graph, x: Value, axis: number): Size {
  const size = (x.shape as Shape)[axis];
  return typeof size === "number" ? size : () => g.shape(x, { start: axis, end: axis + 1 });
}

/** `a * n`. */
export function times(g: Graph, a: Size, n: number): Size {
  if (typeof a === "number") return a * n;
  return n === 1 ? a : () => g.mul(a(), n);
}

/** `a / n`, for an `n` that divides `a`. */
export function dividedBy(g: Graph, a: Size, n: number): Size {
  if (typeof a === "number") return a / n;
  return n === 1 ? a : () => g.div(a(), n);
}

/** `x` in another shape. A single size that is not known is left to `Reshape`, which finds it by itself. */
export function reshapeTo(g: Graph, x: Value, sizes: readonly Size[]): Value {
  return g.reshape(x, shapeOperand(g, sizes));
}

function shapeOperand(g: Graph, sizes: readonly Size[]): Operand {
  const unknown = sizes.filter((s) => typeof s !== "number").length;
  // Beside a 0 the size that is left out could be any.
  if (unknown === 0 || (unknown === 1 && !sizes.includes(0))) {
    return sizes.map((s) => (typeof s === "number" ? s : -1));
  }
  return g.concat(sizes.map((s) => (typeof s === "number" ? g.constant([s], "int64") : s())), { axis: 0 });
}
