/**
 * Layer-wise rates.
 *
 * @module
 */
import { add, div, equal, type Expr, max, mul, norm, where } from "../language/mod.ts";

/** `coefficient ||w|| / (||d|| + epsilon)`, and 1 where either norm is 0, so that such parameters are updated at all. */
export function trustRatio(
  w: Expr,
  d: Expr,
  { coefficient = 1, epsilon = 0, minNorm = 0 }: { coefficient?: number; epsilon?: number; minNorm?: number },
): Expr {
  const atLeast = (x: Expr) => (minNorm === 0 ? x : max(x, minNorm));
  const [own, other] = [atLeast(norm(w)), atLeast(norm(d))];
  const ratio = div(mul(coefficient, own), add(other, epsilon));
  return minNorm > 0 ? ratio : where(equal(mul(own, other), 0), 1, ratio);
}
