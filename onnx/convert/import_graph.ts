/**
 * From a model to a graph under construction.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { Graph, type Node, type Value } from "../ir/mod.ts";
import type { Model } from "../proto/mod.ts";
import { addGraph } from "./add_graph.ts";
import { type DecodedGraph, decodeGraph } from "./decode_graph.ts";
import { opsetsOf } from "./opsets.ts";

/** The options of {@linkcode importModel}: values and names that replace those of the model. */
export interface ImportOptions {
  /** Values to use instead of inputs or initializers of the model, by name. */
  bind?: Readonly<Record<string, Value>>;
  /**
   * Returns other values to use instead of a node's outputs; `undefined` leaves them. It is called for each node of the
   * model, in order, those in bodies of control flow included: `into` is then the body.
   */
  replace?: (node: Node, into: Graph) => readonly (Value | null)[] | undefined;
}

const IMPORT_OPTIONS = { bind: false, replace: "function" } satisfies OptionNames<ImportOptions>;

/** The parts of a model that are now in a graph. */
export interface Imported {
  /** Every value of the model by its name there. */
  readonly values: Map<string, Value>;
  /** The outputs in order. */
  readonly outputs: Value[];
}

/**
 * A model whose graph is decoded: its nodes, tensors and types are read from the file's messages once, and can then be
 * added to any number of graphs. Later changes of the model do not show.
 *
 * @example
 * ```ts
 * import { buildModel, Graph } from "../mod.ts";
 * import { DecodedModel } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.neg(g.input("x", "float32", ["N"])), "y");
 * const decoded = new DecodedModel(buildModel(g));
 * const two = new Graph();
 * const [y] = decoded.addTo(two, { bind: { x: two.input("a", "float32", [3]) } }).outputs;
 * const [z] = decoded.addTo(two, { bind: { x: y! } }).outputs;
 * assertEquals([y!.shape, z!.shape], [[3], [3]]);
 * ```
 */
export class DecodedModel {
  readonly #graph: DecodedGraph;

  /** Decodes a model. @throws {ModelError} when its graph is malformed, naming the place. */
  constructor(
    /** The model. */
    readonly model: Model,
  ) {
    this.#graph = decodeGraph(model);
  }

  /**
   * Adds the model's graph to `into`: its inputs become inputs, its initializers initializers, save those that `bind`
   * names. Names are kept where they are free. Nodes take the form of the operator set of `into`, a node that calls a
   * function of the model becomes the function's nodes, and types and shapes are inferred from those that are bound.
   *
   * @throws {ModelError} when a node reads a value that nothing before it computes, or its types or shapes are wrong.
   */
  addTo(into: Graph, options: ImportOptions = {}): Imported {
    checkOptions("addTo", options, IMPORT_OPTIONS);
    const values = new Map(Object.entries(options.bind ?? {}));
    const outputs = addGraph(this.#graph, { into, values, replace: options.replace });
    return { values, outputs };
  }
}

/**
 * Adds a model's graph to `into`, as {@linkcode DecodedModel} does, for a model that is read only once.
 *
 * @returns every value of the model by its name there, and the outputs in order.
 * @throws {ModelError} when a node reads a value that nothing before it computes, or its types or shapes are wrong.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, importModel } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.neg(g.input("x", "float32", ["N", 2])), "y");
 * const into = new Graph();
 * const { outputs } = importModel(buildModel(g), into);
 * into.output(into.exp(outputs[0]!), "z");
 * assertEquals(into.outputs[0]!.shape, ["N", 2]);
 * ```
 */
export function importModel(
  model: Model,
  into: Graph,
  options: ImportOptions = {},
): { values: Map<string, Value>; outputs: Value[] } {
  checkOptions("importModel", options, IMPORT_OPTIONS);
  return new DecodedModel(model).addTo(into, options);
}

/**
 * Returns a graph holding a model, with the model's outputs as its own, at the model's own operator sets.
 *
 * @throws {ModelError} as {@linkcode importModel} does.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, graphOf } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.neg(g.input("x", "float32", ["N"])), "y");
 * const { graph, values } = graphOf(buildModel(g));
 * assertEquals(graph.outputs, [values.get("y")!]);
 * ```
 */
export function graphOf(model: Model): { graph: Graph; values: Map<string, Value> } {
  const graph = new Graph({ name: model.graph?.name || "graph", opsets: opsetsOf(model) });
  const { values, outputs } = importModel(model, graph);
  const names = model.graph!.output.map((o) => o.name);
  outputs.forEach((v, i) => graph.output(v, names[i]!));
  return { graph, values };
}
