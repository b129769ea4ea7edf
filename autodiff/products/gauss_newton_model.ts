/**
 * A model in, the model of its Gauss-Newton matrix's products with a vector out.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { buildModel, type Graph, isFloat, type Model, type Node, type Value } from "../../onnx/mod.ts";
import { backward, type Target } from "../backward.ts";
import { derivedFrom, type GradientOptions, gradientsOf, outputName } from "../derived.ts";
import type { Rule } from "../site.ts";
import { forward } from "../tangents/mod.ts";
import { vectorsFor } from "./hvp_model.ts";

/** The loss, its parameters, and the values between which the loss's own curvature is taken. */
export interface GaussNewtonOptions extends Omit<GradientOptions, "quantization"> {
  /**
   * The name of the value that the loss is a convex function of, such as the scores of a classifier; by default the first
   * output of the model.
   */
  scores?: string;
}

const GAUSS_NEWTON_OPTIONS = {
  loss: true,
  parameters: false,
  untie: false,
  scores: false,
  target: ["cpu", "gpu"],
} satisfies OptionNames<GaussNewtonOptions>;

/**
 * Returns the product of the generalized Gauss-Newton matrix with a vector, `J' H J v`, as a model of `ai.onnx` operators
 * alone: `J` is the Jacobian of the scores by the parameters, `H` the Hessian of the loss by the scores. For a
 * cross-entropy it is the Fisher matrix of the model's own predictions.
 *
 * Its inputs are those of `hvpModel`; its outputs are the loss and for each parameter `gnvp_p`.
 *
 * @throws {RangeError} as `gradientModel` does; when `scores` is no float value of the model
 * @throws {MissingRuleError} when operators on the way have no differentiation rule: it names all of them.
 *
 * @example For a linear model and a squared loss it is the Hessian
 * ```ts
 * import { gaussNewtonModel, mlp, withLoss } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 2, hidden: [], outputs: 1 }), { loss: "mse" });
 * const { graph } = gaussNewtonModel(model, { loss: "loss" });
 * assertEquals(graph!.output.map((o) => o.name), ["loss", "gnvp_layers.0.weight", "gnvp_layers.0.bias"]);
 * ```
 */
export function gaussNewtonModel(model: Model, options: GaussNewtonOptions): Model {
  checkOptions("gaussNewtonModel", options, GAUSS_NEWTON_OPTIONS);
  const { scores: called = model.graph!.output[0]!.name, target = "cpu", ...rest } = options;
  const { graph, loss, chosen, name, metadata, values } = derivedFrom(model, { ...rest, target }, {
    caller: "gaussNewtonModel",
    suffix: "gauss_newton",
    prefixes: ["vector_", "gnvp_"],
  });
  const scores = values.get(called);
  if (scores === undefined || scores.known.dtype === undefined || !isFloat(scores.dtype)) {
    throw new RangeError(`gaussNewtonModel: scores: '${called}' is not a float value of the model`);
  }
  const vectors = vectorsFor(graph, chosen);
  const products = gaussNewtonProducts(graph, { loss, scores, wrt: chosen, vectors, target });
  graph.output(loss, name);
  chosen.forEach((v, i) => graph.output(products[i]!, outputName(graph, "gnvp_", v)));
  graph.prune();
  return buildModel(graph, { metadata });
}

/** Writes the products of the Gauss-Newton matrix with a vector. */
export function gaussNewtonProducts(
  g: Graph,
  { loss, scores, wrt, vectors, target, own }: {
    readonly loss: Value;
    readonly scores: Value;
    readonly wrt: readonly Value[];
    readonly vectors: readonly Value[];
    readonly target: Target;
    /** Rules of single nodes, for the first derivative. */
    readonly own?: ReadonlyMap<Node, Rule>;
  },
): Value[] {
  const directions = wrt.map((value, i) => ({ value, tangent: vectors[i]! }));
  const [moved] = forward(g, { directions, of: [scores], target });
  const slopes = gradientsOf(g, { loss, wrt: [scores], target, ...(own ? { own } : {}) });
  const [curved] = forward(g, { directions: [{ value: scores, tangent: moved! }], of: slopes, target });
  return backward(g, {
    seeds: [{ value: scores, cotangent: curved! }],
    wrt,
    target,
    ...(own ? { own } : {}),
  });
}
