/**
 * Functions of matrices.
 *
 * @module
 */
import type { Expr } from "./expr.ts";

/**
 * Returns the product of two matrices.
 *
 * @example
 * ```ts
 * import { filled, matmul } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(matmul(filled([2, 3], 1), filled([3, 4], 1)).shape, [2, 4]);
 * ```
 */
export function matmul(a: Expr, b: Expr): Expr {
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[1] !== b.shape[0]) {
    throw new RangeError(
      `matmul takes matrices that fit, got [${a.shape.join(", ")}] and [${b.shape.join(", ")}]`,
    );
  }
  return { op: "matmul", args: [a, b], shape: [a.shape[0]!, b.shape[1]!] };
}

/**
 * Returns a matrix with its dimensions exchanged.
 *
 * @example
 * ```ts
 * import { filled, transpose } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(transpose(filled([2, 3], 1)).shape, [3, 2]);
 * ```
 */
export function transpose(x: Expr): Expr {
  return { op: "transpose", args: [x], shape: [x.shape[1]!, x.shape[0]!] };
}
