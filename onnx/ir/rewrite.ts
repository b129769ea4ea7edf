/**
 * Replaces nodes of a graph.
 *
 * @module
 */
import type { Graph } from "./graph.ts";
import { inOrder } from "./order.ts";
import { Node, type Value } from "./value.ts";

/**
 * Replaces nodes of a graph in place. Outputs of the graph keep their names and their order; readers in subgraphs read the
 * new values too.
 *
 * @param replace writes what stands for a node into the graph and returns a value for each of the node's outputs;
 * `undefined` keeps the node. It sees the nodes in order, and each with the new values among its inputs.
 *
 * @example
 * ```ts
 * import { Graph } from "./graph.ts";
 * import { replaceNodes } from "./rewrite.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.relu(g.input("x", "float32", [3])), "y");
 * replaceNodes(g, (node) => (node.opType === "Relu" ? [g.max([node.inputs[0]!, 0])] : undefined));
 * assertEquals([g.nodes.map((n) => n.opType), g.outputs[0]!.name], [["Max"], "y"]);
 * ```
 */
export function replaceNodes(
  g: Graph,
  replace: (node: Node) => readonly (Value | null)[] | undefined,
): void {
  const instead = new Map<Value, Value>();
  for (const node of g.nodes.splice(0)) {
    const moved = withValues(node, instead);
    const values = replace(moved);
    if (values === undefined) g.nodes.push(moved);
    else moved.outputs.forEach((y, i) => y !== null && values[i] && instead.set(y, values[i]));
  }
  g.outputs.forEach((y, i) => {
    const value = instead.get(y);
    if (value !== undefined) g.outputs[i] = asOutput(g, value, y.name);
  });
  // A replacement may read a value that an equal node computes further on.
  g.nodes.splice(0, g.nodes.length, ...inOrder(g.nodes));
}

/** Gives a value the name of the output that it replaces; a value that cannot take it is copied. */
function asOutput(g: Graph, value: Value, name: string): Value {
  const free = value.producer !== undefined && value.graph === g && !g.outputs.includes(value);
  const result = free ? value : g.emit("Identity", [value], { share: false })[0]!;
  result.name = name;
  return result;
}

/** Returns a node with other values instead of its inputs and of those that its subgraphs read; itself if it reads none. */
function withValues(node: Node, instead: ReadonlyMap<Value, Value>): Node {
  for (const a of node.attributes.values()) if (a.type === "GRAPH") readInstead(a.value, instead);
  if (!node.inputs.some((x) => x !== null && instead.has(x))) return node;
  const inputs = node.inputs.map((x) => (x === null ? null : instead.get(x) ?? x));
  const { opType, domain, opset, name, attributes, metadata } = node;
  const moved = new Node(opType, domain, opset, name, inputs, attributes, metadata);
  moved.outputs = node.outputs;
  for (const y of moved.outputs) if (y !== null) y.producer = moved;
  return moved;
}

function readInstead(body: Graph, instead: ReadonlyMap<Value, Value>): void {
  body.nodes.forEach((node, i) => body.nodes[i] = withValues(node, instead));
  body.outputs.forEach((y, i) => body.outputs[i] = instead.get(y) ?? y);
}
