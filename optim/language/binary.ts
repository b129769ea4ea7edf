/**
 * Functions of two broadcast operands, element by element.
 *
 * @module
 */
import { broadcast } from "./broadcast.ts";
import { filled, lift } from "./constants.ts";
import type { Arg, Binary, Expr } from "./expr.ts";

const BINARY: Readonly<Record<Binary, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => a ** b,
  min: Math.min,
  max: Math.max,
  greater: (a, b) => (a > b ? 1 : 0),
  greaterEqual: (a, b) => (a >= b ? 1 : 0),
  equal: (a, b) => (a === b ? 1 : 0),
};

/** Returns whether `e` is a constant that leaves the other operand unchanged, its shape included. */
function isNeutral(e: Expr, value: number, other: Expr): boolean {
  return e.op === "constant" && e.value === value &&
    (e.shape.length === 0 || broadcast([e.shape, other.shape]).join() === other.shape.join());
}

/** Applies identities that hold for every number, NaN and infinities included, except for the sign of zero. */
function simplified(op: Binary, a: Expr, b: Expr): Expr | null {
  if (a.op === "constant" && b.op === "constant") {
    return filled(broadcast([a.shape, b.shape]), BINARY[op](a.value, b.value));
  }
  if (op === "add" && isNeutral(a, 0, b)) return b;
  if ((op === "add" || op === "sub") && isNeutral(b, 0, a)) return a;
  if (op === "mul" && isNeutral(a, 1, b)) return b;
  if ((op === "mul" || op === "div") && isNeutral(b, 1, a)) return a;
  if (op === "add" && b.op === "neg") {
    return { op: "sub", args: [a, b.args[0]!], shape: broadcast([a.shape, b.shape]) };
  }
  return null;
}

function binary(op: Binary): (a: Arg, b: Arg) => Expr {
  return (x, y) => {
    const [a, b] = [lift(x), lift(y)];
    return simplified(op, a, b) ?? { op, args: [a, b], shape: broadcast([a.shape, b.shape]) };
  };
}

/**
 * Returns `a + b`, broadcast.
 *
 * @example
 * ```ts
 * import { add, constant } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(add(2, 3), constant(5));
 * ```
 */
export const add: (a: Arg, b: Arg) => Expr = binary("add");

/**
 * Returns `a - b`, broadcast.
 *
 * @example
 * ```ts
 * import { constant, sub } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sub(2, 3), constant(-1));
 * ```
 */
export const sub: (a: Arg, b: Arg) => Expr = binary("sub");

/**
 * Returns `a b`, element by element, broadcast.
 *
 * @example
 * ```ts
 * import { constant, mul } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(mul(2, 3), constant(6));
 * ```
 */
export const mul: (a: Arg, b: Arg) => Expr = binary("mul");

/**
 * Returns `a / b`, broadcast.
 *
 * @example
 * ```ts
 * import { constant, div } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(div(3, 2), constant(1.5));
 * ```
 */
export const div: (a: Arg, b: Arg) => Expr = binary("div");

/**
 * Returns `a^b`, broadcast.
 *
 * @example
 * ```ts
 * import { constant, pow } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(pow(2, 3), constant(8));
 * ```
 */
export const pow: (a: Arg, b: Arg) => Expr = binary("pow");

/**
 * Returns the lesser of two elements; NaN if either is NaN.
 *
 * @example
 * ```ts
 * import { constant, min } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(min(2, NaN), constant(NaN));
 * ```
 */
export const min: (a: Arg, b: Arg) => Expr = binary("min");

/**
 * Returns the greater of two elements; NaN if either is NaN.
 *
 * @example
 * ```ts
 * import { constant, max } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(max(2, 3), constant(3));
 * ```
 */
export const max: (a: Arg, b: Arg) => Expr = binary("max");

/**
 * Returns 1 where `a > b`, else 0.
 *
 * @example
 * ```ts
 * import { constant, greater } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(greater(2, 2), constant(0));
 * ```
 */
export const greater: (a: Arg, b: Arg) => Expr = binary("greater");

/**
 * Returns 1 where `a >= b`, else 0.
 *
 * @example
 * ```ts
 * import { constant, greaterEqual } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(greaterEqual(2, 2), constant(1));
 * ```
 */
export const greaterEqual: (a: Arg, b: Arg) => Expr = binary("greaterEqual");

/**
 * Returns 1 where `a = b`, else 0.
 *
 * @example
 * ```ts
 * import { constant, equal } from "./ops.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(equal(NaN, NaN), constant(0));
 * ```
 */
export const equal: (a: Arg, b: Arg) => Expr = binary("equal");
