/**
 * Layer-wise rates.
 *
 * @module
 */
import { add, type Arg, div, equal, type Expr, max, mul, norm, where } from "../language/mod.ts";

/** Returns `coefficient ||w|| / (||d|| + epsilon)`; 1 if either norm is 0, so that such parameters move, too. */
export function trustRatio(
  w: Expr,
  d: Expr,
  { coefficient = 1, epsilon = 0, minNorm = 0 }: { coefficient?: Arg; epsilon?: Arg; minNorm?: Arg },
): Expr {
  const atLeast = (x: Expr) => (minNorm === 0 ? x : max(x, minNorm));
  const [own, other] = [atLeast(norm(w)), atLeast(norm(d))];
  const ratio = div(mul(coefficient, own), add(other, epsilon));
  return minNorm !== 0 ? ratio : where(equal(mul(own, other), 0), 1, ratio);
}
