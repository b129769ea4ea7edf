/**
 * The choice between two values, element by element.
 *
 * @module
 */
import { broadcast } from "./broadcast.ts";
import { lift } from "./constants.ts";
import type { Arg, Expr } from "./expr.ts";

/**
 * Returns `a` where the condition is not 0, else `b`.
 *
 * @example
 * ```ts
 * import { constant, greater, where } from "./ops.ts";
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
