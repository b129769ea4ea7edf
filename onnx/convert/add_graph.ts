/**
 * Adds a decoded graph to a graph under construction: nodes in the form of its operator set, types and shapes inferred.
 *
 * @module
 */
import type { Known } from "../infer/mod.ts";
import { type Attribute, checkNode, Graph, Node, type Value } from "../ir/mod.ts";
import { located, ModelError } from "../proto/mod.ts";
import type { DecodedFunction, DecodedGraph, DecodedNode } from "./decode_graph.ts";
import { merged, opened } from "./declared.ts";
import { stepsFirst } from "./expand/batch_first.ts";
import { expandNode } from "./expand/contrib.ts";
import { expandSequence } from "./expand/sequences.ts";
import { stackSequences } from "./expand/stacked_sequences.ts";
import { bodyOf, type Entry } from "./import_body.ts";
import { upgradeNode } from "./upgrade.ts";

/** Other values to use instead of a node's outputs; `undefined` leaves them. */
export type Replace = (node: Node, into: Graph) => readonly (Value | null)[] | undefined;

/** The place where nodes are added: a model's graph, a body, or a call of a function that they replace. */
interface Context {
  readonly replace?: Replace | undefined;
  /** Whether this is a body, whose own names hide those around it. */
  readonly inner?: boolean;
  /** The types and shapes of a body's inputs by its node, as the body need not declare them. */
  readonly entry?: Entry | undefined;
}

/** Values by their names in the file. In a function, `null` stands for an optional input that the call leaves out. */
type Values = Map<string, Value | null>;

/**
 * Adds a graph to `into`: its inputs become inputs and its initializers initializers, save those that `values` holds
 * already. Names are kept where they are free. A node that calls a function becomes the function's nodes.
 *
 * @returns the outputs in order; `values` then holds every value by its name in the file.
 * @throws {ModelError} when a node reads a value that nothing before it computes, or its types or shapes are wrong.
 */
export function addGraph(
  graph: DecodedGraph,
  { into, values, replace }: { into: Graph; values: Map<string, Value>; replace?: Replace | undefined },
): Value[] {
  return new Adder(values, { replace }).graph(graph, into);
}

class Adder {
  readonly #declared = new Map<string, Known>();
  #nodes: readonly DecodedNode[] = [];

  constructor(readonly values: Values, readonly context: Context) {}

  graph(graph: DecodedGraph, into: Graph): Value[] {
    this.#begin(graph, into);
    for (const [i, { name, declared, given }] of graph.inputs.entries()) {
      if (this.#bound(name)) continue;
      if (declared === undefined && !this.context.inner) {
        throw new ModelError(`graph input '${name}' has no type`);
      }
      const known = opened(declared ?? { dtype: undefined, shape: undefined }, () => into.freshDim());
      const { dtype, shape } = this.context.entry?.(i, known) ?? known;
      const value = into.input(into.freeName(name), dtype, shape);
      if (given) into.givenParameters.add(value);
      this.values.set(name, value);
    }
    for (const { name, ...from } of graph.initializers) {
      if (!this.#bound(name)) this.values.set(name, into.lazyInitializer(into.freeName(name), from));
    }
    for (const node of graph.nodes) this.#add(node, into);
    return graph.outputs.map((name) => this.#read(name, `graph output '${name}'`)!);
  }

  #begin({ nodes, declared }: Pick<DecodedGraph, "nodes" | "declared">, into: Graph): void {
    this.#nodes = nodes;
    for (const [name, d] of declared) this.#declared.set(name, opened(d, () => into.freshDim()));
  }

  /** Bindings replace what the outermost graph declares; a body's own names hide those around it. */
  #bound(name: string): boolean {
    return !this.context.inner && this.values.has(name);
  }

  #read(name: string, who: string): Value | null {
    const value = this.values.get(name);
    if (value !== undefined) return value;
    const later = this.#nodes.find((n) => name !== "" && n.outputs.includes(name));
    if (later !== undefined) {
      throw new ModelError(
        `${who} reads '${name}', which ${later.opType} node '${later.name}' computes, itself or after it: ` +
          "nodes must come in order, without a cycle",
      );
    }
    throw new ModelError(
      `${who} reads '${name}', which is not an input, an initializer or an output of an earlier node`,
    );
  }

  #add(node: DecodedNode, into: Graph): void {
    const { who } = node;
    const inputs = node.inputs.map((name) => (name === "" ? null : this.#read(name, who)));
    for (const name of node.outputs) {
      if (name !== "" && this.values.has(name) && (this.values.get(name)?.graph ?? into) === into) {
        throw new ModelError(
          `${who} computes '${name}', which is already there: a name may be assigned once`,
        );
      }
    }
    const outputs = located(
      who,
      () =>
        node.call === undefined
          ? this.#operator(node, inputs, into)
          : this.#function(node.call, inputs, into),
    );
    node.outputs.forEach((name, i) => {
      const value = outputs[i];
      if (value === null || value === undefined) return;
      const declared = this.#declared.get(name);
      if (declared !== undefined) value.known = merged(value.known, declared, who);
      this.values.set(name, value);
    });
  }

  #operator(
    { opType, domain, opset, label, attributes: decoded, metadata, wished: names }: DecodedNode,
    inputs: readonly (Value | null)[],
    into: Graph,
  ): readonly (Value | null)[] {
    const attributes = new Map([...decoded].map(([name, a]): [string, Attribute] => {
      if (a.type !== "BODY") return [name, a];
      const build = (entry?: Entry) => this.#body(a.value, entry, into);
      const caller = { domain, opset, opType, inputs, attributes: decoded };
      return [name, { type: "GRAPH", value: bodyOf(caller, { build, freshDim: () => into.freshDim() }) }];
    }));
    const old = new Node(opType, domain, opset, label, inputs, attributes, metadata);
    const expanded = expandNode(into, old, names);
    if (expanded !== undefined) return expanded;
    if (domain === "") checkNode(old, names.length);
    const written = stepsFirst(into, old, names) ?? upgradeNode(into, old, { from: opset, names }) ??
      expandSequence(into, old, names) ?? stackSequences(into, old, names) ?? keep(old, names, into);
    const node = written.find((v) => v !== null)?.producer;
    const other = node?.opType === opType ? this.context.replace?.(node, into) : undefined;
    return other ?? written;
  }

  /** Replaces the node that calls a function by the function's nodes. */
  #function(f: DecodedFunction, inputs: readonly (Value | null)[], into: Graph): (Value | null)[] {
    const values: Values = new Map(f.inputs.map((name, i) => [name, inputs[i] ?? null]));
    return new Adder(values, { replace: this.context.replace }).#run(f, into);
  }

  #run(f: DecodedFunction, into: Graph): (Value | null)[] {
    this.#begin(f, into);
    for (const node of f.nodes) this.#add(node, into);
    return f.outputs.map((name) => this.#read(name, `output '${name}' of function '${f.name}'`));
  }

  /** Adds a body as a new graph; `entry` gives the types and shapes of its inputs. */
  #body(graph: DecodedGraph, entry: Entry | undefined, into: Graph): Graph {
    const body = new Graph({ name: graph.name, parent: into });
    const inner = new Adder(new Map(this.values), { replace: this.context.replace, entry, inner: true });
    for (const output of inner.graph(graph, body)) body.output(output);
    return body;
  }
}

/** Adds a node whose form is the same at the graph's operator set. */
function keep(old: Node, names: readonly string[], into: Graph): readonly (Value | null)[] {
  const opset = into.opsets[old.domain] ?? old.opset;
  const node = new Node(old.opType, old.domain, opset, old.name, old.inputs, old.attributes, old.metadata);
  into.append(node, names.length, { names, share: false });
  return node.outputs;
}
