/**
 * A model in, the model of its gradient out.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { buildModel, type Graph, type Model, type Value } from "../onnx/mod.ts";
import { graphFor } from "../onnx/convert/mod.ts";
import { backward, type Target } from "./backward.ts";
import { lossOf, Prepared, type PreparedModel, preparedOf, selection } from "./trained/mod.ts";
import { reshapeLike } from "./site.ts";
import { type Quantization, StraightThrough } from "./straight_through.ts";

/** The loss to differentiate, and the values to differentiate it by. */
export interface GradientOptions {
  /** The name of the value to differentiate: a float with one element. */
  loss: string;
  /**
   * Names to differentiate with respect to: initializers, inputs, and float tensors of `Constant` nodes and subgraphs.
   * By default the initializers that the loss depends on and that `describeModel` calls trained; in a model that
   * `gradientModel` returned, also the inputs that hold its parameters.
   */
  parameters?: readonly string[];
  /**
   * Whether to split each initializer that stands for several parameters into one per parameter, `name`, `name_2` and
   * so on. A list of names splits these initializers only, even if one module reads them several times and the file
   * does not say whether they are one parameter. `false` by default.
   */
  untie?: boolean | readonly string[];
  /** The gradient of rounding; `"exact"` by default, which refuses parameters that would get no gradient at all. */
  quantization?: Quantization;
  /** The kind of device that the gradient is written for; `"cpu"` by default. */
  target?: Target;
}

const GRADIENT_OPTIONS = {
  loss: true,
  parameters: false,
  untie: false,
  quantization: ["exact", "straight-through"],
  target: ["cpu", "gpu"],
} satisfies OptionNames<GradientOptions>;

const PREPARED_GRADIENT_OPTIONS = { target: ["cpu", "gpu"] } satisfies OptionNames<
  Pick<GradientOptions, "target">
>;

/**
 * Returns the gradient of a model, as a model of `ai.onnx` operators alone.
 *
 * Its inputs are the inputs of the model and then each parameter that was an initializer, under its own name; its
 * outputs are the loss and then, for each parameter `p`, `grad_p`, of the shape of `p`. If an input, an initializer or
 * the loss already has that name, a number is appended: `grad_p_1`. Models of older operator sets are brought to
 * `DEFAULT_OPSET` on the way. The result can be differentiated again.
 *
 * @throws {RangeError} when the loss or a parameter does not exist or is not a float, or the loss has more than one
 * element; when there is no parameter, or the loss does not depend on a named one; when every path from a parameter to
 * the loss passes through nodes that stop gradients: `QuantizeLinear`, `ArgMax`, a cast to integers or, for
 * initializers, `Round` and other operators whose derivative is 0 everywhere.
 * @throws {MissingRuleError} when operators on the way have no differentiation rule: it names all of them.
 *
 * @example The gradient of `mean(x * w)` with respect to `w`
 * ```ts
 * import { buildModel, Graph } from "../onnx/mod.ts";
 * import { tensor } from "../onnx/tensor/tensor.ts";
 * import { gradientModel } from "./gradient_model.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const g = new Graph();
 * const w = g.initializer("w", tensor(new Float32Array(3)));
 * g.output(g.reduceMean(g.mul(g.input("x", "float32", ["N", 3]), w), null, { keepdims: 0 }), "loss");
 * const gradient = gradientModel(buildModel(g), { loss: "loss" });
 * assertEquals(gradient.graph!.input.map((i) => i.name), ["x", "w"]);
 * assertEquals(gradient.graph!.output.map((o) => o.name), ["loss", "grad_w"]);
 * ```
 */
export function gradientModel(given: Model, options: GradientOptions): Model;
/**
 * Returns the gradient of a prepared model, with respect to its trained parameters.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, tensor } from "../onnx/mod.ts";
 * import { prepareModel } from "./trained/prepare.ts";
 * import { gradientModel } from "./gradient_model.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const w = g.initializer("w", tensor(new Float32Array(3)));
 * g.output(g.reduceMean(g.mul(g.input("x", "float32", ["N", 3]), w), null, { keepdims: 0 }), "loss");
 * const gradient = gradientModel(prepareModel(buildModel(g)));
 * assertEquals(gradient.graph!.output.map((o) => o.name), ["loss", "grad_w"]);
 * ```
 */
export function gradientModel(given: PreparedModel, options?: Pick<GradientOptions, "target">): Model;
export function gradientModel(
  given: Model | PreparedModel,
  options: Partial<GradientOptions> = {},
): Model {
  const decided = given instanceof Prepared;
  if (decided) {
    checkOptions("gradientModel", options as Pick<GradientOptions, "target">, PREPARED_GRADIENT_OPTIONS);
  } else checkOptions("gradientModel", options as GradientOptions, GRADIENT_OPTIONS);
  if (options.parameters?.length === 0) {
    throw new RangeError("parameters is empty: leave it out to take all that the loss depends on");
  }
  const prepared = preparedOf(given, decided ? {} : options);
  const { model, loss: lossName } = prepared;
  const graph = graphFor(model, { name: `${model.graph?.name || "graph"}_gradient` });
  const own = [...model.graph?.input ?? [], ...model.graph?.initializer ?? []].map((v) => v.name);
  // Inner values of the model whose name a gradient output needs are renamed; names that callers use stay.
  graph.reserve(own.map((name) => `grad_${name}`).filter((n) => n !== lossName && !own.includes(n)));
  const straight = prepared.quantization === "straight-through" ? new StraightThrough(graph) : undefined;
  const { values } = prepared.exact.addTo(graph, straight ? { replace: straight.replace } : {});
  const loss = lossOf(values, lossName);
  const chosen = decided ? Object.keys(given.parameters).map((name) => values.get(name)!) : selection(graph, {
    model,
    values,
    loss,
    names: prepared.names,
    inputs: true,
    ...(straight ? { passing: straight.passing } : {}),
  }).trained;
  for (const v of chosen) if (graph.initializers.has(v.name)) graph.toInput(v);
  const one = graph.constant(1, loss.dtype);
  const cotangent = loss.shape?.length === 0 ? one : reshapeLike(graph, one, loss);
  const grads = backward(graph, {
    seeds: [{ value: loss, cotangent }],
    wrt: chosen,
    target: options.target ?? "cpu",
    ...(straight ? { own: straight.rules, constants: straight.constants } : {}),
  });
  graph.output(loss, lossName);
  chosen.forEach((v, i) => graph.output(grads[i]!, gradientName(graph, v)));
  graph.prune();
  return buildModel(graph, { metadata: model.metadataProps });
}

/** Returns `grad_p`, with a number appended if an input, an initializer or the loss already has that name. */
function gradientName(graph: Graph, { name }: Value): string {
  return graph.freeName(`grad_${name}`, { reserved: true });
}
