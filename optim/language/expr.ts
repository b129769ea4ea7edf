/**
 * Expressions: what an update rule is written in.
 *
 * A rule calls these functions on the gradient, the parameter and its own state, and so describes its arithmetic once. The
 * description is compiled to JavaScript loops (`host.ts`) and to ONNX nodes (`emit.ts`).
 *
 * @module
 */

import { sizeOf } from "../../onnx/tensor/mod.ts";

/** Functions of one operand, element by element. */
export type Unary = "neg" | "abs" | "sqrt" | "exp" | "log" | "sign" | "square" | "tanh";
/** Functions of two broadcast operands, element by element; comparisons give 1 or 0. */
export type Binary =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "pow"
  | "min"
  | "max"
  | "greater"
  | "greaterEqual"
  | "equal";
/** Sums and the like over all elements or over axes. */
export type Reduction = "sum" | "maximum";

/** A value in a rule: a scalar, shape `[]`, or a tensor. */
export type Expr =
  | { readonly op: "constant"; readonly value: number; readonly shape: readonly number[] }
  | { readonly op: "input"; readonly name: string; readonly shape: readonly number[] }
  | {
    readonly op: Unary | Binary | "where";
    readonly args: readonly Expr[];
    readonly shape: readonly number[];
  }
  | {
    readonly op: Reduction;
    readonly args: readonly [Expr];
    /** The axes to reduce, kept at size 1; `null` reduces all to a scalar. */
    readonly axes: readonly number[] | null;
    readonly shape: readonly number[];
  }
  | {
    readonly op: "matmul" | "transpose";
    readonly args: readonly Expr[];
    readonly shape: readonly number[];
  };

/** What the functions take: numbers stand for constants. */
export type Arg = Expr | number;

/**
 * A constant.
 *
 * @example
 * ```ts
 * import { constant } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(constant(3), { op: "constant", value: 3, shape: [] });
 * ```
 */
export function constant(value: number): Expr {
  return { op: "constant", value, shape: [] };
}

/**
 * A constant everywhere in a tensor.
 *
 * @example
 * ```ts
 * import { filled, sum } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sum(filled([2, 3], 0.5)), filled([], 3));
 * ```
 */
export function filled(shape: readonly number[], value: number): Expr {
  return { op: "constant", value, shape };
}

function lift(x: Arg): Expr {
  return typeof x === "number" ? constant(x) : x;
}

/**
 * The shape that operands broadcast to.
 *
 * @throws {RangeError} when they do not.
 *
 * @example
 * ```ts
 * import { broadcast } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(broadcast([[2, 1], [3]]), [2, 3]);
 * ```
 */
export function broadcast(shapes: readonly (readonly number[])[]): readonly number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) =>
    shapes.reduce((size, s) => {
      const d = s[i - rank + s.length] ?? 1;
      if (d === 1 || d === size) return size;
      if (size === 1) return d;
      throw new RangeError(`shapes ${shapes.map((t) => `[${t.join(", ")}]`).join(" and ")} do not broadcast`);
    }, 1));
}

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

function unary(op: Unary): (x: Arg) => Expr {
  return (x) => {
    const a = lift(x);
    return a.op === "constant" ? filled(a.shape, UNARY[op](a.value)) : { op, args: [a], shape: a.shape };
  };
}

/** Whether `e` is a constant that leaves the other operand as it is, its shape included. */
function isNeutral(e: Expr, value: number, other: Expr): boolean {
  return e.op === "constant" && e.value === value &&
    (e.shape.length === 0 || broadcast([e.shape, other.shape]).join() === other.shape.join());
}

/** Identities that hold for every number, NaN and infinities included, save for the sign of zero. */
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
 * `-x`.
 *
 * @example
 * ```ts
 * import { constant, neg } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(neg(2), constant(-2));
 * ```
 */
export const neg: (x: Arg) => Expr = unary("neg");
/**
 * `|x|`.
 *
 * @example
 * ```ts
 * import { abs, constant } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(abs(-2), constant(2));
 * ```
 */
export const abs: (x: Arg) => Expr = unary("abs");
/**
 * The square root.
 *
 * @example
 * ```ts
 * import { constant, sqrt } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sqrt(9), constant(3));
 * ```
 */
export const sqrt: (x: Arg) => Expr = unary("sqrt");
/**
 * `e^x`.
 *
 * @example
 * ```ts
 * import { constant, exp } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exp(0), constant(1));
 * ```
 */
export const exp: (x: Arg) => Expr = unary("exp");
/**
 * The natural logarithm.
 *
 * @example
 * ```ts
 * import { constant, log } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(log(1), constant(0));
 * ```
 */
export const log: (x: Arg) => Expr = unary("log");
/**
 * -1, 0 or 1.
 *
 * @example
 * ```ts
 * import { constant, sign } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sign(-0.1), constant(-1));
 * ```
 */
export const sign: (x: Arg) => Expr = unary("sign");
/**
 * `x x`.
 *
 * @example
 * ```ts
 * import { constant, square } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(square(-3), constant(9));
 * ```
 */
export const square: (x: Arg) => Expr = unary("square");
/**
 * The hyperbolic tangent.
 *
 * @example
 * ```ts
 * import { constant, tanh } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(tanh(100), constant(1));
 * ```
 */
export const tanh: (x: Arg) => Expr = unary("tanh");
/**
 * `a + b`.
 *
 * @example
 * ```ts
 * import { add, constant } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(add(2, 3), constant(5));
 * ```
 */
export const add: (a: Arg, b: Arg) => Expr = binary("add");
/**
 * `a - b`.
 *
 * @example
 * ```ts
 * import { constant, sub } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sub(2, 3), constant(-1));
 * ```
 */
export const sub: (a: Arg, b: Arg) => Expr = binary("sub");
/**
 * `a b`.
 *
 * @example
 * ```ts
 * import { constant, mul } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(mul(2, 3), constant(6));
 * ```
 */
export const mul: (a: Arg, b: Arg) => Expr = binary("mul");
/**
 * `a / b`.
 *
 * @example
 * ```ts
 * import { constant, div } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(div(3, 2), constant(1.5));
 * ```
 */
export const div: (a: Arg, b: Arg) => Expr = binary("div");
/**
 * `a^b`.
 *
 * @example
 * ```ts
 * import { constant, pow } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(pow(2, 3), constant(8));
 * ```
 */
export const pow: (a: Arg, b: Arg) => Expr = binary("pow");
/**
 * The lesser; NaN where either is.
 *
 * @example
 * ```ts
 * import { constant, min } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(min(2, NaN), constant(NaN));
 * ```
 */
export const min: (a: Arg, b: Arg) => Expr = binary("min");
/**
 * The greater; NaN where either is.
 *
 * @example
 * ```ts
 * import { constant, max } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(max(2, 3), constant(3));
 * ```
 */
export const max: (a: Arg, b: Arg) => Expr = binary("max");
/**
 * 1 where `a > b`, else 0.
 *
 * @example
 * ```ts
 * import { constant, greater } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(greater(2, 2), constant(0));
 * ```
 */
export const greater: (a: Arg, b: Arg) => Expr = binary("greater");
/**
 * 1 where `a >= b`, else 0.
 *
 * @example
 * ```ts
 * import { constant, greaterEqual } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(greaterEqual(2, 2), constant(1));
 * ```
 */
export const greaterEqual: (a: Arg, b: Arg) => Expr = binary("greaterEqual");
/**
 * 1 where `a = b`, else 0.
 *
 * @example
 * ```ts
 * import { constant, equal } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(equal(NaN, NaN), constant(0));
 * ```
 */
export const equal: (a: Arg, b: Arg) => Expr = binary("equal");

/**
 * `a` where the condition is not 0, else `b`.
 *
 * @example
 * ```ts
 * import { constant, greater, where } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(where(greater(2, 1), 5, 6), constant(5));
 * ```
 */
export function where(condition: Arg, a: Arg, b: Arg): Expr {
  const args = [lift(condition), lift(a), lift(b)] as const;
  const shape = broadcast(args.map((x) => x.shape));
  const [known] = args;
  const chosen = known.op === "constant" ? args[known.value === 0 ? 2 : 1] : undefined;
  return chosen?.shape.join() === shape.join() ? chosen! : { op: "where", args, shape };
}

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
 * The sum of all elements, a scalar; or over axes, which stay at size 1.
 *
 * @example
 * ```ts
 * import { constant, filled, sum } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sum(filled([2, 3], 2)), constant(12));
 * assertEquals(sum(filled([2, 3], 2), [1]), filled([2, 1], 6));
 * ```
 */
export const sum: (x: Arg, axes?: readonly number[] | null) => Expr = reduction("sum");
/**
 * The greatest of all elements, a scalar; or over axes, which stay at size 1.
 *
 * @example
 * ```ts
 * import { filled, maximum } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(maximum(filled([2, 3], 2), [0]), filled([1, 3], 2));
 * ```
 */
export const maximum: (x: Arg, axes?: readonly number[] | null) => Expr = reduction("maximum");

/**
 * The mean of all elements, a scalar; or over axes, which stay at size 1. The mean of nothing is 0.
 *
 * @example
 * ```ts
 * import { filled, mean } from "./expr.ts";
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
 * The Euclidean norm of all elements.
 *
 * @example
 * ```ts
 * import { constant, filled, norm } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(norm(filled([2, 2], 3)), constant(6));
 * ```
 */
export function norm(x: Arg): Expr {
  return sqrt(sum(square(x)));
}

/**
 * The product of two matrices.
 *
 * @example
 * ```ts
 * import { filled, matmul } from "./expr.ts";
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
 * A matrix with its dimensions exchanged.
 *
 * @example
 * ```ts
 * import { filled, transpose } from "./expr.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(transpose(filled([2, 3], 1)).shape, [3, 2]);
 * ```
 */
export function transpose(x: Expr): Expr {
  return { op: "transpose", args: [x], shape: [x.shape[1]!, x.shape[0]!] };
}
