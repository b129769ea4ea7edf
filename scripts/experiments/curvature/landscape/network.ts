/**
 * The networks of `landscape`.
 *
 * @module
 */
import { buildModel, dense, Graph, type Model, resnet, withLoss } from "../../../../mod.ts";
import type { LandscapeConfig, NetworkName } from "./data.ts";

/** The sizes that both networks have in common, and their seed. */
type NetworkOptions = Pick<LandscapeConfig, "architecture" | "layers" | "width"> & { readonly seed: number };

/** Builds one of the networks, for digits. Both have the same parameters and initial values. */
export function network(name: NetworkName, { architecture, layers, width, seed }: NetworkOptions): Model {
  const shortcuts = name === "shortcuts";
  const model = architecture === "mlp"
    ? deepMlp(name, { layers, width, seed })
    : resnet({ image: [1, 8, 8], depth: layers, width, shortcuts, seed });
  return withLoss(model, { loss: "cross-entropy" });
}

/**
 * Builds a deep MLP of tanh: `x <- tanh(W x + b)` in each hidden layer, or `x <- x + tanh(W x + b)` with shortcuts.
 */
function deepMlp(
  name: NetworkName,
  { layers, width, seed }: Omit<NetworkOptions, "architecture">,
): Model {
  const g = new Graph({ name });
  let x = g.input("x", "float32", ["N", 64]);
  x = g.tanh(dense(g, x, { name: "first", size: [64, width], seed }));
  for (let i = 1; i < layers - 1; i++) {
    const y = g.tanh(dense(g, x, { name: `hidden.${i}`, size: [width, width], seed }));
    x = name === "shortcuts" ? g.add(x, y) : y;
  }
  g.output(dense(g, x, { name: "last", size: [width, 10], seed }), "y");
  return buildModel(g);
}
