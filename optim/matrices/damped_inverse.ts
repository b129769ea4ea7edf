/**
 * Inverses of the two factors of a Kronecker product with damping, found anew at some updates.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { FloatArray } from "../float_array.ts";
import type { Expr } from "../language/mod.ts";
import { addIdentity } from "./householder_graph.ts";
import { addInverse, inverseOn } from "./inverse.ts";
import { lazily } from "./lazily.ts";

/** A factor of a Kronecker product, and what its inverse depends on besides: scalars, and the other factor. */
export interface DampedFactor {
  /** The symmetric matrix. */
  readonly factor: Expr;
  /** The other factor of the product. */
  readonly other: Expr;
  /** A number that both factors are multiplied by first. */
  readonly scale: Expr;
  /** The square root of the damping of the product. */
  readonly ridge: Expr;
}

/**
 * Returns `(scale A + pi ridge I)^-1` where a scalar is not 0, else the inverse before. `pi` is the root of the ratio of the mean
 * eigenvalues of `A` and of the other factor, which then has `ridge / pi`; it is 1 where either is zero.
 */
export function nextDampedInverse(
  before: Expr,
  when: Expr,
  { factor, other, scale, ridge }: DampedFactor,
): Expr {
  const [n, m] = [factor.shape[0]!, other.shape[0]!];
  return lazily(when, before, {
    name: `damped inverse ${n} ${m}`,
    args: [factor, other, scale, ridge],
    host: (a, b, c, r) => {
      const added = piOf(a!, b!, { n, m }) * r![0]!;
      return inverseOn(a!.map((x, k) => x * c![0]! + (k % (n + 1) === 0 ? added : 0)), n);
    },
    graph: (g, a, b, c, r) => {
      const added = g.mul(addPi(g, a!, b!, { n, m }), r!);
      const damped = g.add(g.mul(a!, c!), g.mul(addIdentity(g, a!.dtype, n), added));
      return addInverse(g, damped, n);
    },
  });
}

interface Sizes {
  readonly n: number;
  readonly m: number;
}

function meanOn(a: FloatArray, n: number): number {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += a[i * n + i]!;
  return trace / n;
}

function piOf(a: FloatArray, b: FloatArray, { n, m }: Sizes): number {
  const [own, other] = [meanOn(a, n), meanOn(b, m)];
  return own > 0 && other > 0 ? Math.sqrt(own / other) : 1;
}

function addPi(g: Graph, a: Value, b: Value, { n, m }: Sizes): Value {
  const mean = (x: Value, size: number) =>
    g.div(g.reduceSum(g.mul(x, addIdentity(g, x.dtype, size)), null, { keepdims: 0 }), size);
  const [own, other] = [mean(a, n), mean(b, m)];
  const one = g.constant(1, a.dtype);
  const both = g.and(g.greater(own, 0), g.greater(other, 0));
  return g.where(both, g.sqrt(g.div(own, g.where(both, other, one))), one);
}
