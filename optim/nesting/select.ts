/**
 * Choosing between two states.
 *
 * @module
 */
import { type Expr, type Exprs, where } from "../language/mod.ts";

/** Selects entry by entry: `a` where the condition is not 0, else `b`. */
export function select(condition: Expr, a: Exprs, b: Exprs): Record<string, Expr> {
  return Object.fromEntries(Object.entries(a).map(([n, x]) => [n, where(condition, x, b[n]!)]));
}
