/**
 * Sums and the like, over all elements or over axes.
 *
 * @module
 */
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { div } from "./binary.ts";
import { filled, lift } from "./constants.ts";
import type { Arg, Expr, Reduction } from "./expr.ts";
import { sqrt, square } from "./unary.ts";

function reduction(op: Reduction): (x: Arg, axes?: readonly number[] | null) => Expr {
  return (x, axes = null) => {
    const a = lift(x);
    const shape = axes === null ? [] : a.shape.map((d, i) => (axes.includes(i) ? 1 : d));
    if (a.op === "constant" && sizeOf(a.shape) > 0) {
      const count = sizeOf(a.shape) / sizeOf(shape);
      return filled(shape, op === "sum" ? a.value * count : a.value);
    }
    return { op, args: [a], axes, shape };
  };
}

/**
 * Returns the sum of all elements, a scalar; or the sums over some axes, which stay at size 1.
 *
 * @example
 * ```ts
 * import { constant, filled, sum } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sum(filled([2, 3], 2)), constant(12));
 * assertEquals(sum(filled([2, 3], 2), [1]), filled([2, 1], 6));
 * ```
 */
export const sum: (x: Arg, axes?: readonly number[] | null) => Expr = reduction("sum");

/**
 * Returns the greatest of all elements, a scalar; or the greatest over some axes, which stay at size 1.
 *
 * @example
 * ```ts
 * import { filled, maximum } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(maximum(filled([2, 3], 2), [0]), filled([1, 3], 2));
 * ```
 */
export const maximum: (x: Arg, axes?: readonly number[] | null) => Expr = reduction("maximum");

/**
 * Returns the mean of all elements, a scalar; or the means over some axes, which stay at size 1. The mean of nothing
 * is 0.
 *
 * @example
 * ```ts
 * import { filled, mean } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(mean(filled([2, 3], 2), [1]), filled([2, 1], 2));
 * ```
 */
export function mean(x: Arg, axes: readonly number[] | null = null): Expr {
  const a = lift(x);
  const count = (axes ?? a.shape.map((_, i) => i)).reduce((n, axis) => n * a.shape[axis]!, 1);
  return div(sum(a, axes), Math.max(1, count));
}

/**
 * Returns the Euclidean norm of all elements, a scalar.
 *
 * @example
 * ```ts
 * import { constant, filled, norm } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(norm(filled([2, 2], 3)), constant(6));
 * ```
 */
export function norm(x: Arg): Expr {
  return sqrt(sum(square(x)));
}
