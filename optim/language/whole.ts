/**
 * Helpers for rules that treat all parameters as one vector.
 *
 * @module
 */
import { add, mul } from "./binary.ts";
import type { Expr } from "./expr.ts";
import { sum } from "./reductions.ts";
import type { ParamSpec, Slot } from "./rule.ts";
import { square } from "./unary.ts";

/** Expressions by parameter. */
export type Exprs = Readonly<Record<string, Expr>>;

/** Returns the inner product of two sets of tensors of the same names, a scalar. */
export function dot(a: Exprs, b: Exprs): Expr {
  return total(Object.keys(a).map((p) => (a[p] === b[p] ? square(a[p]!) : mul(a[p]!, b[p]!))));
}

/** Returns the sum of all elements of all tensors, a scalar. */
export function total(tensors: readonly Expr[]): Expr {
  return tensors.map((x) => sum(x)).reduce((a, b) => add(a, b));
}

/** Applies a function to each name and returns the results by name. */
export function each(names: readonly string[], f: (name: string) => Expr): Record<string, Expr> {
  return Object.fromEntries(names.map((p) => [p, f(p)]));
}

/** Makes slots `slot/…` of each parameter's shape. */
export function slotsOf(
  params: Readonly<Record<string, ParamSpec>>,
  slots: Readonly<Record<string, number | "param">>,
): Record<string, Slot> {
  return Object.fromEntries(
    Object.entries(slots).flatMap(([slot, init]) =>
      Object.entries(params).map(([p, { shape }]) => [
        `${slot}/${p}`,
        { shape, init: init === "param" ? { param: p } : init },
      ])
    ),
  );
}

/** Returns the entries of a slot, `slot/…`, by parameter. */
export function slot(state: Exprs, name: string, params: Exprs): Record<string, Expr> {
  return each(Object.keys(params), (p) => state[`${name}/${p}`]!);
}

/** Renames entries by parameter to entries of a slot, `slot/…`. */
export function asSlot(name: string, values: Exprs): Record<string, Expr> {
  return Object.fromEntries(Object.entries(values).map(([p, v]) => [`${name}/${p}`, v]));
}
