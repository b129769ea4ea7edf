/**
 * A model in, the model of its Hessian's products with a vector out.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { buildModel, type Graph, type Model, type Node, type Value } from "../../onnx/mod.ts";
import { backward, type Target } from "../backward.ts";
import { type Derived, derivedFrom, type GradientOptions, gradientsOf, outputName } from "../derived.ts";
import type { Rule } from "../site.ts";
import { forward } from "../tangents/mod.ts";
import { type PreparedModel, preparedOf } from "../trained/mod.ts";

/** How a product of the Hessian is computed: `v` goes forward through the gradient, or `g . v` is differentiated again. */
export type HvpMode = "forward-over-reverse" | "reverse-over-reverse";

/** The loss, and what it is differentiated by twice. */
export interface HvpOptions extends Omit<GradientOptions, "quantization"> {
  /**
   * The order of the two derivatives; `"forward-over-reverse"` by default, which takes fewer operations for most networks.
   * Both compute the same, up to rounding.
   */
  mode?: HvpMode;
}

const HVP_OPTIONS = {
  loss: true,
  parameters: false,
  untie: false,
  target: ["cpu", "gpu"],
  mode: ["forward-over-reverse", "reverse-over-reverse"],
} satisfies OptionNames<HvpOptions>;

const PREPARED_HVP_OPTIONS = { target: HVP_OPTIONS.target, mode: HVP_OPTIONS.mode } satisfies OptionNames<
  Pick<HvpOptions, "target" | "mode">
>;

/**
 * Returns the product of a loss's Hessian with a vector, as a model of `ai.onnx` operators alone.
 *
 * Its inputs are the inputs of the model, each parameter `p` that was an initializer, and for each parameter `vector_p`,
 * of its shape; its outputs are the loss and for each parameter `hvp_p`. Names that are taken get a number appended. The
 * parameters are those that `gradientModel` takes. At kinks, such as that of a ReLU at 0, the second derivative is that
 * of the slope which the gradient takes there.
 *
 * @throws {RangeError} as `gradientModel` does; when the model was prepared with straight-through gradients, which have no
 * second derivative
 * @throws {MissingRuleError} when operators on the way have no differentiation rule: it names all of them.
 *
 * @example The Hessian of `sum(w^3)` is diagonal: `6 w`
 * ```ts
 * import { buildModel, Graph, hvpModel, openSession, tensor } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const w = g.initializer("w", tensor(Float32Array.of(1, 2)));
 * g.output(g.reduceSum(g.mul(w, g.mul(w, w)), null, { keepdims: 0 }), "loss");
 * await using session = await openSession(hvpModel(buildModel(g), { loss: "loss" }));
 * const { hvp_w } = await session.run({
 *   w: tensor(Float32Array.of(1, 2)),
 *   vector_w: tensor(Float32Array.of(1, 10)),
 * });
 * assertEquals([...hvp_w!.data as Float32Array], [6, 120]);
 * ```
 */
export function hvpModel(given: Model, options: HvpOptions): Model;
/**
 * Does so for a prepared model, by its trained parameters.
 *
 * @example
 * ```ts
 * import { hvpModel, mlp, prepareModel, withLoss } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 2, hidden: [], outputs: 2 }), { loss: "cross-entropy" });
 * const { graph } = hvpModel(prepareModel(model));
 * assertEquals(graph!.output.map((o) => o.name), ["loss", "hvp_layers.0.weight", "hvp_layers.0.bias"]);
 * ```
 */
export function hvpModel(given: PreparedModel, options?: Pick<HvpOptions, "target" | "mode">): Model;
export function hvpModel(given: Model | PreparedModel, options: Partial<HvpOptions> = {}): Model {
  const { mode = "forward-over-reverse", ...rest } = checkedProduct("hvpModel", given, options);
  const derived = derivedFrom(given, rest, {
    caller: "hvpModel",
    suffix: "hvp",
    prefixes: ["vector_", "hvp_"],
  });
  const { graph, loss, chosen, name, metadata } = derived;
  const vectors = vectorsFor(graph, chosen);
  const products = hessianProducts(graph, { loss, wrt: chosen, vectors, target: rest.target ?? "cpu", mode });
  graph.output(loss, name);
  chosen.forEach((v, i) => graph.output(products[i]!, outputName(graph, "hvp_", v)));
  graph.prune();
  return buildModel(graph, { metadata });
}

/** Checks the options of a product. @returns them */
function checkedProduct(
  caller: string,
  given: Model | PreparedModel,
  options: Partial<HvpOptions>,
): Partial<HvpOptions> {
  const decided = "warnings" in given;
  if (decided) checkOptions(caller, options as Pick<HvpOptions, "target" | "mode">, PREPARED_HVP_OPTIONS);
  else checkOptions(caller, options as HvpOptions, HVP_OPTIONS);
  requireExact(caller, given);
  return options;
}

/** Refuses straight-through gradients. @throws {RangeError} when a model was prepared with them. */
export function requireExact(caller: string, given: Model | PreparedModel): void {
  if ("warnings" in given && preparedOf(given, {}).quantization !== "exact") {
    throw new RangeError(
      `${caller}: straight-through gradients have no second derivative: prepare the model with quantization "exact"`,
    );
  }
}

/** Adds an input for each parameter, of its shape. */
export function vectorsFor(graph: Graph, chosen: Derived["chosen"]): Value[] {
  return chosen.map((v) =>
    graph.input(graph.freeName(`vector_${v.name}`, { reserved: true }), v.dtype, v.shape)
  );
}

/** Writes the products of the Hessian of a loss with a vector, given in pieces of the shapes of `wrt`. */
export function hessianProducts(
  g: Graph,
  { loss, wrt, vectors, target, own, mode }: {
    readonly loss: Value;
    readonly wrt: readonly Value[];
    readonly vectors: readonly Value[];
    readonly target: Target;
    /** Rules of single nodes, for the first derivative. */
    readonly own?: ReadonlyMap<Node, Rule>;
    readonly mode: HvpMode;
  },
): Value[] {
  const gradients = gradientsOf(g, { loss, wrt, target, ...(own ? { own } : {}) });
  if (mode === "forward-over-reverse") {
    const directions = wrt.map((value, i) => ({ value, tangent: vectors[i]! }));
    return forward(g, { directions, of: gradients, target });
  }
  const parts = gradients.map((v, i) => g.reduceSum(g.mul(v, vectors[i]!), null, { keepdims: 0 }));
  const along = parts.reduce((a, b) => g.add(a, b));
  return backward(g, { seeds: [{ value: along, cotangent: g.constant(1, along.dtype) }], wrt, target });
}
