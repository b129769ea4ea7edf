/**
 * Tensors that are standardized over some axes, and their derivatives.
 *
 * @module
 */
import type { Graph, Value } from "../onnx/mod.ts";
import { withTangent } from "./known_tangents.ts";

/** A tensor made to have mean 0 and variance 1 over some axes. */
export interface Standardized {
  /** `(x - mean) inv`. */
  readonly xhat: Value;
  /** `1 / sqrt(var + epsilon)`, of size 1 along the axes. */
  readonly inv: Value;
}

/** The axes of a mean, and what is added to a variance. */
interface Over {
  readonly axes: readonly number[];
  readonly epsilon: number;
}

/** Returns `x` standardized. */
export function standardized(g: Graph, x: Value, over: Over): Standardized {
  const own = parts(g, g.sub(x, g.reduceMean(x, over.axes, { keepdims: 1 })), over);
  withTangent(own.xhat, {
    of: x,
    tangent: (t) => standardizedGradient(g, own, { d: t, axes: over.axes }),
  });
  return withTangentOfInverse(g, own, { of: x, axes: over.axes });
}

/** Returns `x inv` with `inv = 1 / sqrt(mean x^2 + epsilon)`. */
export function scaled(g: Graph, x: Value, over: Over): Standardized {
  const own = parts(g, x, over);
  const { axes } = over;
  withTangent(own.xhat, { of: x, tangent: (t) => scaledGradient(g, own, { d: t, axes }) });
  return withTangentOfInverse(g, own, { of: x, axes });
}

function parts(g: Graph, x: Value, { axes, epsilon }: Over): Standardized {
  const power = g.reduceMean(g.mul(x, x), axes, { keepdims: 1 });
  const inv = g.reciprocal(g.sqrt(g.add(power, epsilon)));
  return { xhat: g.mul(x, inv), inv };
}

/** The tangent of `inv` is `-inv^2 mean(xhat t)`, and that of the mean in `t` adds nothing, as the mean of `xhat` is 0. */
function withTangentOfInverse(
  g: Graph,
  own: Standardized,
  { of, axes }: { of: Value; axes: readonly number[] },
): Standardized {
  const { xhat, inv } = own;
  withTangent(inv, {
    of,
    tangent: (t) => g.neg(g.mul(g.mul(inv, inv), meanAlong(g, xhat, { d: t, axes }))),
  });
  return own;
}

/**
 * Returns the cotangent of x from that of xhat: `inv (d - mean d - xhat mean(d xhat))`, the means over the axes. The
 * Jacobian is symmetric, so it returns the tangent of xhat from that of x, too.
 */
export function standardizedGradient(
  g: Graph,
  { xhat, inv }: Standardized,
  { d, axes }: { d: Value; axes: readonly number[] },
): Value {
  const mean = g.reduceMean(d, axes, { keepdims: 1 });
  return g.mul(g.sub(g.sub(d, mean), along(g, xhat, { d, axes })), inv);
}

/** Returns the cotangent of x from that of `x inv`: `inv (d - xhat mean(d xhat))`; its Jacobian is symmetric, too. */
export function scaledGradient(
  g: Graph,
  { xhat, inv }: Standardized,
  { d, axes }: { d: Value; axes: readonly number[] },
): Value {
  return g.mul(g.sub(d, along(g, xhat, { d, axes })), inv);
}

/** `xhat mean(d xhat)`: the part of d that only rescales. */
function along(g: Graph, xhat: Value, of: { d: Value; axes: readonly number[] }): Value {
  return g.mul(xhat, meanAlong(g, xhat, of));
}

function meanAlong(g: Graph, xhat: Value, { d, axes }: { d: Value; axes: readonly number[] }): Value {
  return g.reduceMean(g.mul(d, xhat), axes, { keepdims: 1 });
}
