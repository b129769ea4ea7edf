/**
 * The reports of a training step: scalars of the model, and sums over all parameters.
 *
 * @module
 */
import type { Target } from "../../autodiff/mod.ts";
import type { Graph, Value } from "../../onnx/mod.ts";
import type { Statistic } from "./training_types.ts";

/** Returns a value of one element as a scalar. @throws {RangeError} when there is no such value. */
export function scalar(g: Graph, value: Value | undefined, name: string): Value {
  if (value === undefined) throw new RangeError(`'${name}' is not a value of the model`);
  if (value.shape?.length === 0) return value;
  return g.reshape(value, g.constant({ dtype: "int64", shape: [0], data: new BigInt64Array(0) }));
}

/** Returns a sum over all parameters. */
export function statistic(
  g: Graph,
  name: Statistic,
  { grads, updates, target }: {
    grads: Record<string, Value>;
    updates: () => Record<string, Value>;
    target: Target;
  },
): Value {
  const dot = (a: Record<string, Value>, b: Record<string, Value>) => {
    // On a CPU a sum of squares is one pass in place of two, with the same bits.
    const parts = Object.keys(a).map((n) =>
      a === b && target === "cpu"
        ? g.reduceSumSquare(a[n]!, null, { keepdims: 0 })
        : g.reduceSum(g.mul(a[n]!, b[n]!), null, { keepdims: 0 })
    );
    return parts.length === 1 ? parts[0]! : g.sum(parts);
  };
  switch (name) {
    case "gradient-norm":
      return g.sqrt(dot(grads, grads));
    case "gradient-sum": {
      const parts = Object.values(grads).map((v) => g.reduceSum(v, null, { keepdims: 0 }));
      return parts.length === 1 ? parts[0]! : g.sum(parts);
    }
    case "update-dot-update": {
      const moved = updates();
      return dot(moved, moved);
    }
    case "update-dot-gradient":
      return dot(updates(), grads);
  }
}
