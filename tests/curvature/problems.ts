/**
 * Problems with known curvature.
 *
 * @module
 */
import { buildModel, Graph, type Model, type Tensor, tensor, withLoss } from "../../mod.ts";
import { normal } from "../../random/normal.ts";
import type { LinearOperator } from "../../curvature/mod.ts";

export function drawn(stream: string, shape: readonly number[], wide = true): Tensor {
  const values = normal({ seed: 31, stream }, shape.reduce((a, b) => a * b, 1));
  return tensor(wide ? Float64Array.from(values) : values, shape);
}

/** A model of two `tanh` layers in float64, with 17 examples of 4 features and 3 classes. */
export function perceptron(loss: "cross-entropy" | "mse" = "cross-entropy"): {
  model: Model;
  data: Record<string, Tensor>;
} {
  const g = new Graph();
  const x = g.input("x", "float64", ["N", 4]);
  const weights = { w1: [4, 5], b1: [5], w2: [5, 3], b2: [3] };
  const [w1, b1, w2, b2] = Object.entries(weights).map(([name, shape]) =>
    g.initializer(name, drawn(name, shape))
  );
  g.output(g.add(g.matMul(g.tanh(g.add(g.matMul(x, w1!), b1!)), w2!), b2!), "y");
  const target = loss === "mse"
    ? drawn("t", [17, 3])
    : tensor(BigInt64Array.from({ length: 17 }, (_, i) => BigInt((i * i) % 3)));
  return { model: withLoss(buildModel(g), { loss }), data: { x: drawn("x", [17, 4]), target } };
}

/** Returns a symmetric matrix by its rows. */
export function matrix(rows: readonly ArrayLike<number>[]): LinearOperator {
  return {
    dimension: rows.length,
    apply: (v) =>
      Promise.resolve(
        Float64Array.from(rows, (row) => Array.from(row).reduce((sum, a, j) => sum + a * v[j]!, 0)),
      ),
  };
}

/** Returns a random symmetric matrix with given eigenvalues: reflected several times. */
export function withEigenvalues(values: readonly number[]): number[][] {
  const n = values.length;
  let a = values.map((v, i) => values.map((_, j) => (i === j ? v : 0)));
  for (let k = 0; k < 5; k++) {
    const u = Array.from(normal({ seed: k, stream: "u" }, n));
    const length = Math.hypot(...u);
    const h = u.map((ui, i) => u.map((uj, j) => (i === j ? 1 : 0) - 2 * ui * uj / length ** 2));
    const times = (p: number[][], q: number[][]) =>
      p.map((row) => q[0]!.map((_, j) => row.reduce((sum, v, m) => sum + v * q[m]![j]!, 0)));
    a = times(times(h, a), h);
  }
  return a;
}
