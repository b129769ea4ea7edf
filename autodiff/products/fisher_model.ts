/**
 * A model in, the model of its Fisher matrix's products with a vector out.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { buildModel, type Graph, type Model, type Node, type Value } from "../../onnx/mod.ts";
import { backward, type Target } from "../backward.ts";
import { derivedFrom, type GradientOptions, outputName } from "../derived.ts";
import type { Rule } from "../site.ts";
import { forward } from "../tangents/mod.ts";
import { exampleLosses, scoresOf } from "./example_losses.ts";
import { vectorsFor } from "./hvp_model.ts";

/** Whose labels the gradients of the examples are taken at. */
export type FisherKind = "empirical" | "sampled";

/** The loss, its parameters, and the labels. */
export interface FisherOptions extends Omit<GradientOptions, "quantization"> {
  /**
   * `"empirical"` takes the labels of the data; `"sampled"` draws them from the model's own softmax by numbers that the
   * caller gives, which makes the product an unbiased estimate for the true Fisher matrix.
   */
  kind: FisherKind;
}

const FISHER_OPTIONS = {
  loss: true,
  parameters: false,
  untie: false,
  kind: { needed: ["empirical", "sampled"] },
  target: ["cpu", "gpu"],
} satisfies OptionNames<FisherOptions>;

/**
 * Returns the product of a Fisher matrix with a vector, as a model of `ai.onnx` operators alone: the mean over examples of
 * `g (g . v)`, with the gradient `g` of the example's own loss.
 *
 * Its inputs are those of `hvpModel`, and for `"sampled"` `uniform` `[N]`, a number in [0, 1) for each label; its outputs are
 * the loss and for each parameter `fvp_p`. The loss must be a mean over examples: a softmax cross-entropy without class
 * weights or, for `"empirical"`, a `ReduceMean` over all axes. A model with batch normalization in training form has no
 * gradients of single examples.
 *
 * @throws {RangeError} as `gradientModel` does; when the loss is of another kind
 * @throws {MissingRuleError} when operators on the way have no differentiation rule: it names all of them.
 *
 * @example
 * ```ts
 * import { fisherModel, mlp, withLoss } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 2, hidden: [], outputs: 2 }), { loss: "cross-entropy" });
 * const { graph } = fisherModel(model, { loss: "loss", kind: "empirical" });
 * assertEquals(graph!.output.map((o) => o.name), ["loss", "fvp_layers.0.weight", "fvp_layers.0.bias"]);
 * ```
 */
export function fisherModel(model: Model, options: FisherOptions): Model {
  checkOptions("fisherModel", options, FISHER_OPTIONS);
  const { kind, target = "cpu", ...rest } = options;
  const { graph, loss, chosen, name, metadata } = derivedFrom(model, { ...rest, target }, {
    caller: "fisherModel",
    suffix: "fisher",
    prefixes: ["vector_", "fvp_"],
  });
  const vectors = vectorsFor(graph, chosen);
  let losses: Value;
  if (kind === "empirical") losses = exampleLosses(graph, loss);
  else {
    const { scores } = scoresOf(loss);
    if (scores.shape!.length !== 2) {
      throw new RangeError("fisherModel: classes are sampled from scores [N, classes] alone");
    }
    const uniform = graph.input(graph.freeName("uniform"), scores.dtype, [scores.shape![0]!]);
    losses = sampledLosses(graph, { scores, uniform });
  }
  const products = fisherProducts(graph, { losses, wrt: chosen, vectors, target });
  graph.output(loss, name);
  chosen.forEach((v, i) => graph.output(products[i]!, outputName(graph, "fvp_", v)));
  graph.prune();
  return buildModel(graph, { metadata });
}

/** Returns the losses of labels that are drawn from a softmax: the first class whose cumulative share exceeds the number. */
export function sampledLosses(
  g: Graph,
  { scores, uniform }: { readonly scores: Value; readonly uniform: Value },
): Value {
  const classes = scores.shape![1] as number;
  const shares = g.cumSum(g.softmax(scores, { axis: 1 }), g.constant(1, "int64"));
  const below = g.cast(g.lessOrEqual(shares, g.unsqueeze(uniform, [1])), { to: "int64" });
  // Rounding may leave the last share below 1.
  const label = g.min([g.reduceSum(below, [1], { keepdims: 0 }), g.constant(classes - 1, "int64")]);
  return g.softmaxCrossEntropyLoss(scores, label, null, { reduction: "none" })[0]!;
}

/** Writes the mean over examples of `g (g . v)`. */
export function fisherProducts(
  g: Graph,
  { losses, wrt, vectors, target, own }: {
    readonly losses: Value;
    readonly wrt: readonly Value[];
    readonly vectors: readonly Value[];
    readonly target: Target;
    /** Rules of single nodes, for the first derivative. */
    readonly own?: ReadonlyMap<Node, Rule>;
  },
): Value[] {
  const directions = wrt.map((value, i) => ({ value, tangent: vectors[i]! }));
  const [along] = forward(g, { directions, of: [losses], target });
  const count = losses.shape![0]!;
  const n = typeof count === "number" ? count : g.cast(g.size(losses), { to: losses.dtype });
  return backward(g, {
    seeds: [{ value: losses, cotangent: g.div(along!, n) }],
    wrt,
    target,
    ...(own ? { own } : {}),
  });
}
