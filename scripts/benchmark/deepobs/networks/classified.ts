/**
 * Losses of DeepOBS's classifiers.
 *
 * @module
 */
import { accuracy, buildModel, crossEntropy, type Graph, type Model, type Value } from "../../../../mod.ts";

/**
 * Returns the model of scores `[N, classes]`: outputs `y`, `loss` and `accuracy`, and an input `target`. The loss is the mean
 * cross-entropy and the L2 term, as DeepOBS minimizes and reports it.
 *
 * @param options.l2 the factor of half the squares of the weights of all layers so far, not of biases and normalizations
 */
export function classified(g: Graph, scores: Value, { l2 = 0 }: { readonly l2?: number } = {}): Model {
  const target = g.input("target", "int64", ["N"]);
  const entropy = crossEntropy(g, scores, target);
  g.output(scores, "y");
  g.output(l2 === 0 ? entropy : g.add(entropy, g.mul(squaresOfWeights(g), l2 / 2)), "loss");
  g.output(accuracy(g, scores, target), "accuracy");
  return buildModel(g);
}

/** Adds the sum of the squares of the weights of all layers. */
function squaresOfWeights(g: Graph): Value {
  const weights = [...g.initializers].filter(([name, { value }]) =>
    name.endsWith(".weight") && value.shape!.length > 1
  );
  return g.sum(weights.map(([, { value }]) => g.reduceSumSquare(value, null, { keepdims: 0 })));
}
