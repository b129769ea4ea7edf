/**
 * Functions of matrices.
 *
 * @module
 */
import type { FloatArray } from "../float_array.ts";
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
  const [rows, inner, columns] = [a.shape[0]!, b.shape[0]!, b.shape[1]!];
  return {
    op: "whole",
    name: "matmul",
    args: [a, b],
    shape: [rows, columns],
    host: (x, y) => matmulOn(x!, y!, { rows, inner, columns }),
    graph: (g, x, y) => g.matMul(x!, y!),
  };
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
  const [rows, columns] = x.shape as [number, number];
  return {
    op: "whole",
    name: "transpose",
    args: [x],
    shape: [columns, rows],
    host: (a) => transposeOn(a!, [rows, columns]),
    graph: (g, a) => g.transpose(a!, { perm: [1, 0] }),
  };
}

/** Computes a product. */
function matmulOn(
  a: FloatArray,
  b: FloatArray,
  { rows, inner, columns }: { rows: number; inner: number; columns: number },
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const v = a[i * inner + k]!;
      for (let j = 0; j < columns; j++) out[i * columns + j]! += v * b[k * columns + j]!;
    }
  }
  return out;
}

/** Exchanges rows and columns. */
function transposeOn(a: FloatArray, [rows, columns]: readonly [number, number]): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j]!;
  return out;
}
