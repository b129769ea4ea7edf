/**
 * Constants in expressions.
 *
 * @module
 */
import type { Arg, Expr } from "./expr.ts";

/**
 * Returns a constant scalar.
 *
 * @example
 * ```ts
 * import { constant } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(constant(3), { op: "constant", value: 3, shape: [] });
 * ```
 */
export function constant(value: number): Expr {
  return { op: "constant", value, shape: [] };
}

/**
 * Returns a tensor of a shape that holds one number everywhere.
 *
 * @example
 * ```ts
 * import { filled, sum } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sum(filled([2, 3], 0.5)), filled([], 3));
 * ```
 */
export function filled(shape: readonly number[], value: number): Expr {
  return { op: "constant", value, shape };
}

/** Returns an argument as an expression: a number becomes a constant scalar. */
export function lift(x: Arg): Expr {
  return typeof x === "number" ? constant(x) : x;
}
