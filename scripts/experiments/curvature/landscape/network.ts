/**
 * The networks of `landscape`.
 *
 * @module
 */
import { buildModel, dense, Graph, type Model, withLoss } from "../../../../mod.ts";
import type { NetworkName } from "./data.ts";

/**
 * Builds a deep MLP of tanh for digits: `x <- tanh(W x + b)` in each hidden layer, or `x <- x + tanh(W x + b)` with
 * shortcuts, so that both networks have the same parameters and initial values.
 */
export function network(
  name: NetworkName,
  { layers, width, seed }: { readonly layers: number; readonly width: number; readonly seed: number },
): Model {
  const g = new Graph({ name });
  let x = g.input("x", "float32", ["N", 64]);
  x = g.tanh(dense(g, x, { name: "first", size: [64, width], seed }));
  for (let i = 1; i < layers - 1; i++) {
    const y = g.tanh(dense(g, x, { name: `hidden.${i}`, size: [width, width], seed }));
    x = name === "shortcuts" ? g.add(x, y) : y;
  }
  g.output(dense(g, x, { name: "last", size: [width, 10], seed }), "y");
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}
