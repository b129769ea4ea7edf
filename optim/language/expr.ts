/**
 * Expressions: what update rules are written in.
 *
 * A rule applies functions to the gradient, the parameter and its own state, and so describes its arithmetic once. The
 * description is compiled to JavaScript loops (`optim/host`) and to ONNX nodes (`optim/graph`). This file holds types
 * only, so that nothing of it is loaded at run time; the functions are in `ops.ts`.
 *
 * @module
 */

import type { Graph, Value } from "../../onnx/mod.ts";

/** An input of an expression: what it holds, and whose. */
export type RuleInput =
  | { readonly kind: "loss" }
  | {
    /** The content of the input; coefficients and random numbers are computed by the host for each step. */
    readonly kind:
      | "parameter"
      | "gradient"
      | "slot"
      | "hessian"
      | "factor"
      | "buffer"
      | "coefficient"
      | "noise";
    /** The name of the parameter, slot, factor, buffer, coefficient or noise. */
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
  | Whole;

/** An operator that reads its operands as a whole, such as a product of matrices. */
export interface Whole {
  /** The kind of expression. */
  readonly op: "whole";
  /** Its name, and all that it depends on besides its operands: equal names of equal operands compute the same. */
  readonly name: string;
  /** The operands. */
  readonly args: readonly Expr[];
  /** The dimensions of its result. */
  readonly shape: readonly number[];
  /** Computes its elements on the host, in an array of their own. */
  readonly host: (...args: readonly (Float32Array | Float64Array)[]) => Float32Array | Float64Array;
  /** Writes it into a graph. */
  readonly graph: (g: Graph, ...args: readonly Value[]) => Value;
}

/** An argument of the functions: an expression, or a number as a constant. */
export type Arg = Expr | number;
