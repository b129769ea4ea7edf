/**
 * Expressions: what update rules are written in.
 *
 * A rule applies functions to the gradient, the parameter and its own state, and so describes its arithmetic once. The
 * description is compiled to JavaScript loops (`optim/host`) and to ONNX nodes (`optim/graph`). This file holds types
 * only, so that nothing of it is loaded at run time; the functions are in `ops.ts`.
 *
 * @module
 */

/** An input of an expression: what it holds, and whose. */
export type RuleInput =
  | { readonly kind: "loss" }
  | {
    /** The content of the input; coefficients and random numbers are computed by the host for each step. */
    readonly kind: "parameter" | "gradient" | "slot" | "hessian" | "buffer" | "coefficient" | "noise";
    /** The name of the parameter, slot, buffer, coefficient or noise. */
    readonly name: string;
  };

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
  | { readonly op: "input"; readonly input: RuleInput; readonly shape: readonly number[] }
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

/** An argument of the functions: an expression, or a number as a constant. */
export type Arg = Expr | number;
