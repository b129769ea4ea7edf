/**
 * Expressions: what an update rule is written in.
 *
 * A rule calls these functions on the gradient, the parameter and its own state, and so describes its arithmetic once. The
 * description is compiled to JavaScript loops (`host.ts`) and to ONNX nodes (`emit.ts`).
 *
 * @module
 */

import { sizeOf } from "../onnx/mod.ts";

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

/** A constant. */
export function constant(value: number): Expr {
  return { op: "constant", value, shape: [] };
}

/** A constant everywhere in a tensor. */
export function filled(shape: readonly number[], value: number): Expr {
  return { op: "constant", value, shape };
}

function lift(x: Arg): Expr {
  return typeof x === "number" ? constant(x) : x;
}

/** The shape that operands broadcast to. @throws {RangeError} when they do not. */
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

/** `-x`. */
export const neg: (x: Arg) => Expr = unary("neg");
/** `|x|`. */
export const abs: (x: Arg) => Expr = unary("abs");
/** The square root. */
export const sqrt: (x: Arg) => Expr = unary("sqrt");
/** `e^x`. */
export const exp: (x: Arg) => Expr = unary("exp");
/** The natural logarithm. */
export const log: (x: Arg) => Expr = unary("log");
/** -1, 0 or 1. */
export const sign: (x: Arg) => Expr = unary("sign");
/** `x x`. */
export const square: (x: Arg) => Expr = unary("square");
/** The hyperbolic tangent. */
export const tanh: (x: Arg) => Expr = unary("tanh");
/** `a + b`. */
export const add: (a: Arg, b: Arg) => Expr = binary("add");
/** `a - b`. */
export const sub: (a: Arg, b: Arg) => Expr = binary("sub");
/** `a b`. */
export const mul: (a: Arg, b: Arg) => Expr = binary("mul");
/** `a / b`. */
export const div: (a: Arg, b: Arg) => Expr = binary("div");
/** `a^b`. */
export const pow: (a: Arg, b: Arg) => Expr = binary("pow");
/** The lesser; NaN where either is. */
export const min: (a: Arg, b: Arg) => Expr = binary("min");
/** The greater; NaN where either is. */
export const max: (a: Arg, b: Arg) => Expr = binary("max");
/** 1 where `a > b`, else 0. */
export const greater: (a: Arg, b: Arg) => Expr = binary("greater");
/** 1 where `a >= b`, else 0. */
export const greaterEqual: (a: Arg, b: Arg) => Expr = binary("greaterEqual");
/** 1 where `a = b`, else 0. */
export const equal: (a: Arg, b: Arg) => Expr = binary("equal");

/** `a` where the condition is not 0, else `b`. */
export function where(condition: Arg, a: Arg, b: Arg): Expr {
  const args = [lift(condition), lift(a), lift(b)];
  return { op: "where", args, shape: broadcast(args.map((x) => x.shape)) };
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

/** The sum of all elements, a scalar; or over axes, which stay at size 1. */
export const sum: (x: Arg, axes?: readonly number[] | null) => Expr = reduction("sum");
/** The greatest of all elements, a scalar; or over axes, which stay at size 1. */
export const maximum: (x: Arg, axes?: readonly number[] | null) => Expr = reduction("maximum");

/** The mean of all elements, a scalar; or over axes, which stay at size 1. The mean of nothing is 0. */
export function mean(x: Arg, axes: readonly number[] | null = null): Expr {
  const a = lift(x);
  const count = (axes ?? a.shape.map((_, i) => i)).reduce((n, axis) => n * a.shape[axis]!, 1);
  return div(sum(a, axes), Math.max(1, count));
}

/** The Euclidean norm of all elements. */
export function norm(x: Arg): Expr {
  return sqrt(sum(square(x)));
}

/** The product of two matrices. */
export function matmul(a: Expr, b: Expr): Expr {
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[1] !== b.shape[0]) {
    throw new RangeError(
      `matmul takes matrices that fit, got [${a.shape.join(", ")}] and [${b.shape.join(", ")}]`,
    );
  }
  return { op: "matmul", args: [a, b], shape: [a.shape[0]!, b.shape[1]!] };
}

/** A matrix with its dimensions exchanged. */
export function transpose(x: Expr): Expr {
  return { op: "transpose", args: [x], shape: [x.shape[1]!, x.shape[0]!] };
}
