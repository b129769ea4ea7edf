/**
 * Functions of one operand, element by element.
 *
 * @module
 */
import { filled, lift } from "./constants.ts";
import type { Arg, Expr, Unary } from "./expr.ts";

const UNARY: Readonly<Record<Unary, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  sign: Math.sign,
  square: (x) => x * x,
  tanh: Math.tanh,
};

function unary(op: Unary): (x: Arg) => Expr {
  return (x) => {
    const a = lift(x);
    return a.op === "constant" ? filled(a.shape, UNARY[op](a.value)) : { op, args: [a], shape: a.shape };
  };
}

/**
 * Returns `-x`.
 *
 * @example
 * ```ts
 * import { constant, neg } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(neg(2), constant(-2));
 * ```
 */
export const neg: (x: Arg) => Expr = unary("neg");

/**
 * Returns `|x|`.
 *
 * @example
 * ```ts
 * import { abs, constant } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(abs(-2), constant(2));
 * ```
 */
export const abs: (x: Arg) => Expr = unary("abs");

/**
 * Returns the square root of each element.
 *
 * @example
 * ```ts
 * import { constant, sqrt } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sqrt(9), constant(3));
 * ```
 */
export const sqrt: (x: Arg) => Expr = unary("sqrt");

/**
 * Returns `e^x`.
 *
 * @example
 * ```ts
 * import { constant, exp } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exp(0), constant(1));
 * ```
 */
export const exp: (x: Arg) => Expr = unary("exp");

/**
 * Returns the natural logarithm of each element.
 *
 * @example
 * ```ts
 * import { constant, log } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(log(1), constant(0));
 * ```
 */
export const log: (x: Arg) => Expr = unary("log");

/**
 * Returns the sign of each element: -1, 0 or 1.
 *
 * @example
 * ```ts
 * import { constant, sign } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sign(-0.1), constant(-1));
 * ```
 */
export const sign: (x: Arg) => Expr = unary("sign");

/**
 * Returns `x x`.
 *
 * @example
 * ```ts
 * import { constant, square } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(square(-3), constant(9));
 * ```
 */
export const square: (x: Arg) => Expr = unary("square");

/**
 * Returns the hyperbolic tangent of each element.
 *
 * @example
 * ```ts
 * import { constant, tanh } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(tanh(100), constant(1));
 * ```
 */
export const tanh: (x: Arg) => Expr = unary("tanh");
