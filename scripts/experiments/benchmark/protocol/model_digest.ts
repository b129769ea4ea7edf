/**
 * The digest of a model.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Graph, graphOf, type Model, type Tensor, type Value } from "../../../../mod.ts";

/** Returns the digest of a model: its operators with attributes and wiring, in order, and its weights by name. */
export function digestOfModel(model: Model): string {
  const { graph } = graphOf(model);
  const hash = createHash("sha256").update(JSON.stringify(operatorsOf(graph)));
  for (const [name, { tensor }] of graph.initializers) {
    const { dtype, shape, data } = tensor();
    hash.update(JSON.stringify([name, dtype, shape]));
    if (ArrayBuffer.isView(data)) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    else hash.update(JSON.stringify(data));
  }
  return hash.digest("hex");
}

/** Returns the operators of a graph as plain data: values are numbered as they first appear. */
function operatorsOf({ nodes }: Graph): unknown[] {
  const numbers = new Map<Value, number>();
  const numberOf = (value: Value | null) => {
    if (value === null) return null;
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return numbers.get(value);
  };
  return nodes.map((n) => [
    n.opType,
    n.inputs.map(numberOf),
    n.outputs.map(numberOf),
    [...n.attributes].map(([name, { type, value }]) => [
      name,
      type === "GRAPH" ? operatorsOf(value) : type === "TENSOR" ? tensorOf(value) : value,
    ]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  ]);
}

function tensorOf({ dtype, shape, data }: Tensor): unknown {
  return [dtype, shape, Array.from(data as ArrayLike<unknown>, String)];
}
