/**
 * Computes with sizes, some of which are known only at run time.
 *
 * @module
 */
import type { Graph, Operand, Shape, Value } from "../onnx/mod.ts";

/** A size: a number, or a function that adds the node which reads it at run time, as a vector of one int64. */
export type Size = number | (() => Value);

/** Returns the size of `x` along an axis. */
export function sizeAt(g: Graph, x: Value, axis: number): Size {
  const size = (x.shape as Shape)[axis];
  return typeof size === "number" ? size : () => g.shape(x, { start: axis, end: axis + 1 });
}

/** Returns `a * n`. */
export function times(g: Graph, a: Size, n: number): Size {
  if (typeof a === "number") return a * n;
  return n === 1 ? a : () => g.mul(a(), n);
}

/** Returns `a / n`, for an `n` that divides `a`. */
export function dividedBy(g: Graph, a: Size, n: number): Size {
  if (typeof a === "number") return a / n;
  return n === 1 ? a : () => g.div(a(), n);
}

/** Reshapes `x`. A single unknown size is left to `Reshape`, which infers it. */
export function reshapeTo(g: Graph, x: Value, sizes: readonly Size[]): Value {
  return g.reshape(x, shapeOperand(g, sizes));
}

function shapeOperand(g: Graph, sizes: readonly Size[]): Operand {
  const unknown = sizes.filter((s) => typeof s !== "number").length;
  // With a 0 in the shape, `Reshape` could not infer the size that is left out.
  if (unknown === 0 || (unknown === 1 && !sizes.includes(0))) {
    return sizes.map((s) => (typeof s === "number" ? s : -1));
  }
  return g.concat(sizes.map((s) => (typeof s === "number" ? g.constant([s], "int64") : s())), { axis: 0 });
}
