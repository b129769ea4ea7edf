/**
 * Copies the nodes of a body to the graph around it.
 *
 * @module
 */
import { type Attribute, Graph, Node, type Value } from "../../onnx/mod.ts";

/**
 * Adds the nodes of a body to a graph that it may read.
 *
 * @param bound the values that the body's inputs stand for
 * @returns the values of the body's outputs, in order.
 */
export function copyNodes(
  body: Graph,
  { into, bound }: { into: Graph; bound: ReadonlyMap<Value, Value> },
): Value[] {
  const values = new Map(bound);
  for (const { value, tensor } of body.initializers.values()) values.set(value, into.constant(tensor()));
  const valueOf = (v: Value) => values.get(v) ?? v;
  for (const node of body.nodes) {
    const copy = copied(node, { into, values });
    const outputs = into.append(copy, node.outputs.length, {
      names: node.outputs.map((y) => (y === null ? "" : y.name)),
    });
    node.outputs.forEach((y, i) => y !== null && values.set(y, outputs[i]!));
  }
  return body.outputs.map(valueOf);
}

/** Returns a node that reads other values, its own bodies included. */
function copied(
  { opType, domain, opset, name, inputs, attributes, metadata }: Node,
  { into, values }: { into: Graph; values: ReadonlyMap<Value, Value> },
): Node {
  const own = [...attributes].map(([key, a]): [string, Attribute] => [
    key,
    a.type === "GRAPH" ? { type: "GRAPH", value: copiedBody(a.value, { into, values }) } : a,
  ]);
  const reads = inputs.map((x) => (x === null ? null : values.get(x) ?? x));
  return new Node(opType, domain, opset, name, reads, new Map(own), metadata);
}

function copiedBody(
  body: Graph,
  { into, values }: { into: Graph; values: ReadonlyMap<Value, Value> },
): Graph {
  const copy = new Graph({ name: body.name, parent: into });
  const bound = new Map(values);
  for (const v of body.inputs) bound.set(v, copy.input(copy.freeName(v.name), v.known.dtype, v.shape));
  for (const v of copyNodes(body, { into: copy, bound })) copy.output(v);
  return copy;
}
