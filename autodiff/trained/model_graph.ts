/**
 * Reads a model once: its graph, from which other graphs are written.
 *
 * @module
 */
import type { Graph, Model, Node, Value } from "../../onnx/mod.ts";
import { DecodedModel, graphFor, type Imported, type ImportOptions } from "../../onnx/convert/mod.ts";
import { type Dropout, dropoutsAmong, isDropout } from "./layers.ts";

/** The graph of a model, types and shapes inferred. */
interface Read extends Imported {
  readonly graph: Graph;
  /** The nodes that are dropouts, in order, those in bodies of control flow included. */
  readonly dropouts: readonly Node[];
}

/**
 * A model that is decoded, and its graph: both are made when first needed, and throw a `ModelError` then if
 * the model is malformed. Nothing may change the graph.
 */
export class ModelGraph {
  #decoded: DecodedModel | undefined;
  #read: Read | undefined;

  /** Reads nothing yet. */
  constructor(
    /** The model. */
    readonly model: Model,
  ) {}

  /** The graph, of the model's operator sets with `ai.onnx` at least at `DEFAULT_OPSET`; it has no outputs yet. */
  get graph(): Graph {
    return this.#made.graph;
  }

  /** The values of the graph by their names in the file. */
  get values(): ReadonlyMap<string, Value> {
    return this.#made.values;
  }

  /** The model's outputs in order. */
  get outputs(): readonly Value[] {
    return this.#made.outputs;
  }

  /** Adds the model to another graph, as {@linkcode DecodedModel.addTo} does. */
  addTo(into: Graph, options: ImportOptions = {}): Imported {
    return (this.#decoded ??= new DecodedModel(this.model)).addTo(into, options);
  }

  /**
   * Returns the dropouts of the model, in order.
   *
   * @throws {RangeError} when a ratio is no constant of at least 0 and below 1.
   */
  dropouts(): Dropout[] {
    return dropoutsAmong(this.#made.dropouts);
  }

  get #made(): Read {
    if (this.#read === undefined) {
      const graph = graphFor(this.model);
      const dropouts: Node[] = [];
      const replace = (node: Node) => {
        if (isDropout(node)) dropouts.push(node);
        return undefined;
      };
      this.#read = { graph, dropouts, ...this.addTo(graph, { replace }) };
    }
    return this.#read;
  }
}
