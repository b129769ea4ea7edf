/**
 * A model in, the models of its Jacobian's products with vectors out.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { buildModel, type Graph, isFloat, type Model, type Value } from "../../onnx/mod.ts";
import { graphFor, importModel } from "../../onnx/convert/mod.ts";
import { backward, type Target } from "../backward.ts";
import { outputName } from "../derived.ts";
import { forward } from "../tangents/mod.ts";

/** What to differentiate, and by what. */
export interface JacobianOptions {
  /** Names of float values of the model to differentiate: outputs or activations. */
  of: readonly string[];
  /** Names of float values to differentiate by: inputs, initializers or activations. Initializers become inputs. */
  wrt: readonly string[];
  /** The kind of device that the products are written for; `"cpu"` by default. */
  target?: Target;
}

const JACOBIAN_OPTIONS = { of: true, wrt: true, target: ["cpu", "gpu"] } satisfies OptionNames<
  JacobianOptions
>;

/**
 * Returns the derivative of values of a model along a direction, `J v`, as a model of `ai.onnx` operators alone.
 *
 * Its inputs are the inputs of the model, each initializer of `wrt`, and `vector_x` for each `x` of `wrt`; its outputs are
 * each `y` of `of` and `jvp_y`, of its shape. Names that are taken get a number appended.
 *
 * @throws {RangeError} when a name is no float value of the model, or a list is empty
 * @throws {MissingRuleError} when operators on the way have no differentiation rule: it names all of them.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, jvpModel, openSession, tensorOf } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N"]);
 * g.output(g.mul(x, x), "y");
 * await using session = await openSession(jvpModel(buildModel(g), { of: ["y"], wrt: ["x"] }));
 * const { jvp_y } = await session.run({ x: tensorOf([1, 2, 3]), vector_x: tensorOf([1, 0, 10]) });
 * assertEquals([...jvp_y!.data as Float32Array], [2, 0, 60]);
 * ```
 */
export function jvpModel(model: Model, options: JacobianOptions): Model {
  const { graph, ys, xs, target } = opened("jvpModel", model, { options, prefixes: ["vector_", "jvp_"] });
  const directions = xs.map((value) => ({ value, tangent: beside(graph, "vector_", value) }));
  const tangents = forward(graph, { directions, of: ys, target });
  return finished(graph, { model, ys, results: tangents.map((v, i) => [`jvp_`, ys[i]!, v]) });
}

/**
 * Returns the products of vectors with the Jacobian of a model, `J' u`, as a model of `ai.onnx` operators alone.
 *
 * Its inputs are the inputs of the model, each initializer of `wrt`, and `cotangent_y` for each `y` of `of`, of its shape;
 * its outputs are each `y` and for each `x` of `wrt` `vjp_x`. Names that are taken get a number appended.
 *
 * @throws {RangeError} when a name is no float value of the model, or a list is empty
 * @throws {MissingRuleError} when operators on the way have no differentiation rule: it names all of them.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, openSession, tensorOf, vjpModel } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N"]);
 * g.output(g.mul(x, x), "y");
 * await using session = await openSession(vjpModel(buildModel(g), { of: ["y"], wrt: ["x"] }));
 * const { vjp_x } = await session.run({ x: tensorOf([1, 2, 3]), cotangent_y: tensorOf([1, 0, 10]) });
 * assertEquals([...vjp_x!.data as Float32Array], [2, 0, 60]);
 * ```
 */
export function vjpModel(model: Model, options: JacobianOptions): Model {
  const { graph, ys, xs, target } = opened("vjpModel", model, { options, prefixes: ["cotangent_", "vjp_"] });
  const seeds = ys.map((value) => ({ value, cotangent: beside(graph, "cotangent_", value) }));
  const cotangents = backward(graph, { seeds, wrt: xs, target });
  return finished(graph, { model, ys, results: cotangents.map((v, i) => [`vjp_`, xs[i]!, v]) });
}

/** Adds a model to a graph of its own, and looks its values up. */
function opened(
  caller: string,
  model: Model,
  { options, prefixes }: { options: JacobianOptions; prefixes: readonly string[] },
): { graph: Graph; ys: Value[]; xs: Value[]; target: Target } {
  checkOptions(caller, options, JACOBIAN_OPTIONS);
  const { of, wrt, target = "cpu" } = options;
  const graph = graphFor(model, { name: `${model.graph?.name || "graph"}_products` });
  const names = [...of, ...wrt];
  graph.reserve(prefixes.flatMap((p) => names.map((n) => `${p}${n}`)).filter((n) => !names.includes(n)));
  const { values, outputs } = importModel(model, graph);
  model.graph!.output.forEach(({ name }, i) => values.has(name) || values.set(name, outputs[i]!));
  const look = (list: readonly string[], what: string) => {
    if (list.length === 0) throw new RangeError(`${caller}: ${what} is empty: name a value of the model`);
    return list.map((name) => floatCalled(caller, name, { values, what }));
  };
  const [ys, xs] = [look(of, "of"), look(wrt, "wrt")];
  for (const x of xs) if (graph.initializers.has(x.name)) graph.toInput(x);
  return { graph, ys, xs, target };
}

function floatCalled(
  caller: string,
  name: string,
  { values, what }: { values: ReadonlyMap<string, Value>; what: string },
): Value {
  const value = values.get(name);
  if (value === undefined) throw new RangeError(`${caller}: ${what}: '${name}' is not a value of the model`);
  if (value.known.dtype === undefined || !isFloat(value.dtype)) {
    throw new RangeError(
      `${caller}: ${what}: '${name}' is ${value.known.dtype ?? "of unknown type"}, not a float`,
    );
  }
  return value;
}

/** Adds an input of a value's shape. */
function beside(graph: Graph, prefix: string, v: Value): Value {
  return graph.input(graph.freeName(`${prefix}${v.name}`, { reserved: true }), v.dtype, v.shape);
}

function finished(
  graph: Graph,
  { model, ys, results }: {
    model: Model;
    ys: readonly Value[];
    results: readonly [prefix: string, of: Value, value: Value][];
  },
): Model {
  const names = results.map(([prefix, of]) => outputName(graph, prefix, of));
  for (const y of ys) graph.output(y);
  results.forEach(([, , value], i) => graph.output(value, names[i]!));
  graph.prune();
  return buildModel(graph, { metadata: model.metadataProps });
}
