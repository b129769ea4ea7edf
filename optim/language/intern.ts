/**
 * Replaces equal expressions by one.
 *
 * @module
 */
import type { Expr, RuleInput } from "./expr.ts";

/** Distinct expressions, each after its arguments. */
export interface Interned {
  /** All expressions. */
  readonly nodes: readonly Expr[];
  /** The results in the order in which they were given, each one of `nodes`. */
  readonly outputs: readonly Expr[];
}

/** Replaces equal subexpressions of the outputs by one, so that each is computed once. */
export function intern(outputs: readonly Expr[]): Interned {
  const byKey = new Map<string, Expr>();
  const ids = new Map<Expr, number>();
  const done = new Map<Expr, Expr>();
  const nodes: Expr[] = [];
  const visit = (e: Expr): Expr => {
    const before = done.get(e);
    if (before !== undefined) return before;
    const args = "args" in e ? e.args.map(visit) : [];
    const key = keyOf(e, args.map((a) => ids.get(a)!));
    let result = byKey.get(key);
    if (result === undefined) {
      result = "args" in e ? { ...e, args } as Expr : e;
      byKey.set(key, result);
      ids.set(result, nodes.length);
      nodes.push(result);
    }
    done.set(e, result);
    return result;
  };
  return { outputs: outputs.map(visit), nodes };
}

/** Returns a text that equal expressions share, given the numbers of their arguments. */
export function keyOf(e: Expr, args: readonly number[]): string {
  switch (e.op) {
    case "constant":
      return `constant ${Object.is(e.value, -0) ? "-0" : e.value} ${e.shape}`;
    case "input":
      return `input ${inputKey(e.input)}`;
    case "sum":
    case "maximum":
      return `${e.op} ${e.axes} ${args}`;
    default:
      return `${e.op === "whole" ? e.name : e.op} ${args}`;
  }
}

/** Returns a text that the same inputs share. */
export function inputKey(input: RuleInput): string {
  return input.kind === "loss" ? "loss" : `${input.kind} ${input.name}`;
}
