/**
 * A model in, the model of its gradient out.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/check_options.ts";
import {
  buildModel,
  DEFAULT_OPSET,
  Graph,
  importModel,
  isFloat,
  type Model,
  opsetsOf,
  type Value,
} from "../onnx/mod.ts";
import { backward, type Target } from "./backward.ts";
import { lossOf, parametersOf } from "./reaching.ts";
import { reshapeLike } from "./site.ts";

/** What to differentiate, and with respect to what. */
export interface GradientOptions {
  /** The name of the value to differentiate: a float with one element. */
  loss: string;
  /**
   * Names of initialisers and inputs to differentiate with respect to; by default every float initialiser that the loss
   * depends on, and those inputs that stand for one in the model of a gradient.
   */
  parameters?: readonly string[];
  /** The kind of device that the gradient is written for; `"cpu"` by default. */
  target?: Target;
}

const GRADIENT_OPTIONS = { loss: true, parameters: false, target: false } satisfies OptionNames<
  GradientOptions
>;

/**
 * The gradient of a model, as a model of `ai.onnx` operators alone.
 *
 * Its inputs are the inputs of the model and then each parameter that was an initialiser, under its own name; its
 * outputs are the loss and then, for each parameter `p`, `grad_p`, of the shape of `p`. Where an input, an initialiser or
 * the loss has that name already, a number follows: `grad_p_1`. Models of older operator sets are brought to
 * `DEFAULT_OPSET` on the way. The result can be differentiated again.
 *
 * @throws {RangeError} when the loss or a parameter is not there, is no float, the loss has more than one element, or no
 * parameter is named and none reaches the loss.
 * @throws {MissingRuleError} when operators on the way have no differentiation rule: it names all of them.
 *
 * @example The gradient of `mean(x * w)` with respect to `w`
 * ```ts
 * import { buildModel, Graph } from "../onnx/mod.ts";
 * import { tensor } from "../onnx/tensor.ts";
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
export function gradientModel(model: Model, options: GradientOptions): Model {
  checkOptions("gradientModel", options, GRADIENT_OPTIONS);
  if (options.parameters?.length === 0) {
    throw new RangeError("parameters names nothing: leave it out to take all that the loss depends on");
  }
  const opsets = opsetsOf(model);
  const graph = new Graph({
    name: `${model.graph?.name || "graph"}_gradient`,
    opsets: { ...opsets, "": Math.max(opsets[""] ?? 0, DEFAULT_OPSET) },
  });
  const own = [...model.graph?.input ?? [], ...model.graph?.initializer ?? []].map((v) => v.name);
  // Values within the model that are called as a gradient will be get other names; what callers name keeps its own.
  graph.reserve(own.map((name) => `grad_${name}`).filter((n) => n !== options.loss && !own.includes(n)));
  const { values } = importModel(model, graph);
  const loss = lossOf(values, options.loss);
  const chosen = options.parameters?.map((name) => parameterOf(graph, values, name)) ??
    defaultParameters(graph, loss);
  for (const v of chosen) if (graph.initializers.has(v.name)) graph.toInput(v);
  const one = graph.constant(1, loss.dtype);
  const cotangent = loss.shape?.length === 0 ? one : reshapeLike(graph, one, loss);
  const grads = backward(graph, {
    seeds: [{ value: loss, cotangent }],
    wrt: chosen,
    target: options.target ?? "cpu",
  });
  graph.output(loss, options.loss);
  chosen.forEach((v, i) => graph.output(grads[i]!, gradientName(graph, v)));
  graph.prune();
  return buildModel(graph, { metadata: model.metadataProps });
}

/** Parameters that the model is given, and float initialisers, as far as the loss depends on them. */
function defaultParameters(graph: Graph, loss: Value): Value[] {
  const needed = new Set<Value>([loss]);
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some((y) => y !== null && needed.has(y))) {
      for (const x of node.reads()) needed.add(x);
    }
  }
  const given = [...graph.givenParameters].filter((v) => needed.has(v) && isFloat(v.dtype));
  const chosen = [...given, ...parametersOf(graph, loss)];
  if (chosen.length === 0) {
    throw new RangeError(
      `loss must depend on a float initialiser, '${loss.name}' depends on none: name in parameters what to differentiate ` +
        `with respect to, of ${
          [...graph.inputs.map((i) => i.name), ...graph.initializers.keys()].join(", ")
        }`,
    );
  }
  return chosen;
}

/** `grad_p`, with a number behind it where an input, an initialiser or the loss is called that. */
function gradientName(graph: Graph, { name }: Value): string {
  return graph.freeName(`grad_${name}`, { reserved: true });
}

function parameterOf(graph: Graph, values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined || value.producer !== undefined) {
    const names = [...graph.initializers.keys(), ...graph.inputs.map((i) => i.name)];
    throw new RangeError(
      `parameters must be initialisers or inputs (${names.join(", ")}), '${name}' is none`,
    );
  }
  if (!isFloat(value.dtype)) throw new RangeError(`parameters must be floats, '${name}' is ${value.dtype}`);
  return value;
}
