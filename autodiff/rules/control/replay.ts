/**
 * Nodes copied from one graph into another.
 *
 * @module
 */
import { Graph, Node, type Value } from "../../../onnx/mod.ts";
import { isStatic } from "../../../onnx/tensor/mod.ts";

/** The values that replace those of the copied graph; values without an entry stay the same. */
export type Mapping = Map<Value, Value>;

/** Adds a copy of `node` to `into`, and what its outputs became to `map`. */
export function copyNode(node: Node, into: Graph, map: Mapping): void {
  const inputs = node.inputs.map((x) => (x === null ? null : map.get(x) ?? x));
  const attributes = new Map(
    [...node.attributes].map(([name, a]) =>
      [name, a.type === "GRAPH" ? { type: a.type, value: copyGraph(a.value, into, map) } : a] as const
    ),
  );
  const copy = new Node(node.opType, node.domain, node.opset, node.name, inputs, attributes);
  const names = node.outputs.map((y) => y?.name ?? "");
  const outputs = into.append(copy, names.length, { names });
  const computed = copy.outputs.length > 0 ? copy.outputs : outputs;
  node.outputs.forEach((y, i) => {
    const made = computed[i];
    if (y === null || !made) return;
    // The model's declaration may say more than inference does.
    const shape = isStatic(made.shape) || y.shape === undefined ? made.shape : y.shape;
    made.known = { ...made.known, dtype: made.known.dtype ?? y.known.dtype, shape };
    map.set(y, made);
  });
}

/** Adds copies of a graph's constants to `into`. */
export function copyConstants(from: Graph, into: Graph, map: Mapping): void {
  for (const { value, tensor } of from.initializers.values()) map.set(value, into.constant(tensor()));
}

/** Returns a copy of a subgraph, for a node of `parent`. */
export function copyGraph(from: Graph, parent: Graph, map: Mapping): Graph {
  const body = new Graph({ name: from.name, parent });
  const inner: Mapping = new Map(map);
  for (const x of from.inputs) {
    inner.set(x, body.input(body.freeName(x.name), x.known.dtype, x.shape));
  }
  copyConstants(from, body, inner);
  for (const node of from.nodes) copyNode(node, body, inner);
  for (const y of from.outputs) body.output(inner.get(y) ?? y);
  return body;
}

/** Returns all values that nodes of a subgraph, or of those within it, read; and its results. */
export function bodyReads(body: Graph): Value[] {
  return [...body.nodes.flatMap((n) => n.reads()), ...body.outputs];
}

/** Returns whether `graph` is `inner` or one around it. */
export function isAround(graph: Graph, inner: Graph): boolean {
  for (let g: Graph | undefined = inner; g; g = g.parent) if (g === graph) return true;
  return false;
}

/** Returns whether a node draws new random numbers at every step. */
export function isRandom(node: Node): boolean {
  return /^(Bernoulli|Dropout|Multinomial|Random)/.test(node.opType);
}
