/**
 * D-Adaptation's estimate of the distance to the solution.
 *
 * @module
 */
import { div, equal, type Expr, max, min, mul, where } from "../language/mod.ts";

/** Returns the greater of the estimate and a quotient; the estimate alone where the quotient's denominator is 0. */
export function grownEstimate(
  estimate: Expr,
  { numerator, length, growthRate }: {
    readonly numerator: Expr;
    /** The denominator. */
    readonly length: Expr;
    /** The most that the estimate may grow by, a factor; not limited if undefined. */
    readonly growthRate: number | undefined;
  },
): Expr {
  const found = div(numerator, where(equal(length, 0), 1, length));
  return max(estimate, growthRate === undefined ? found : min(found, mul(growthRate, estimate)));
}
