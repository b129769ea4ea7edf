/**
 * Orthogonal matrices by Newton's and Schulz's iteration.
 *
 * @module
 */
import { add, type Arg, div, type Expr, matmul, max, mul, norm, transpose } from "../language/mod.ts";

/** Options of the iteration. */
export interface NewtonSchulzOptions {
  /** The coefficients `a`, `b`, `c` of `a X + (b A + c A A) X` with `A = X X'`. */
  readonly coefficients: readonly [number, number, number];
  /** Iterations. */
  readonly steps: number;
  /** The least norm to divide by; or, `added`, what is added to it. */
  readonly epsilon: Arg;
  /** Whether epsilon is added to the norm. */
  readonly added: boolean;
}

/** Returns a matrix near the orthogonal one closest to `x`: its singular values are near 1. */
export function orthogonalized(x: Expr, { coefficients, steps, epsilon, added }: NewtonSchulzOptions): Expr {
  const [a, b, c] = coefficients;
  // Both sides give the same result; A is smaller on the shorter one.
  const tall = x.shape[0]! > x.shape[1]!;
  let y = tall ? transpose(x) : x;
  y = div(y, added ? add(norm(y), epsilon) : max(norm(y), epsilon));
  for (let i = 0; i < steps; i++) {
    const gram = matmul(y, transpose(y));
    y = add(mul(a, y), matmul(add(mul(b, gram), mul(c, matmul(gram, gram))), y));
  }
  return tall ? transpose(y) : y;
}
