/**
 * Pools before their rectifiers.
 *
 * @module
 */
import { type Graph, Node, type Value } from "../../onnx/mod.ts";

/**
 * Exchanges each `Relu` with the `MaxPool` that is its only reader: `max(relu(x)) = relu(max(x))`. The rectifier and the
 * mask of its gradient then work on the results of the windows, for windows of 2 x 2 a quarter of the elements.
 *
 * The numbers are the same, those of the gradient too: where a maximum is above 0, the same element attains it first, and
 * where it is not, no gradient passes either way. Windows that hold NaN have the same maxima, but may pass gradients elsewhere.
 *
 * @param kept values that stay what they are, such as metrics
 *
 * @example
 * ```ts
 * import { Graph } from "../../onnx/mod.ts";
 * import { poolFirst } from "./pool_first.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N", 1, 4, 4]);
 * g.maxPool(g.relu(x), { kernel_shape: [2, 2], strides: [2, 2] });
 * poolFirst(g, new Set());
 * assertEquals(g.nodes.map((n) => n.opType).slice(-2), ["Relu", "Identity"]);
 * ```
 */
export function poolFirst(g: Graph, kept: ReadonlySet<Value>): void {
  const readers = new Map<Value, number>();
  for (const v of g.nodes.flatMap((n) => n.reads())) readers.set(v, (readers.get(v) ?? 0) + 1);
  for (const pool of [...g.nodes]) {
    const rectified = pool.inputs[0];
    const relu = rectified?.producer;
    // The places of the maxima are among all of x, so a pool that returns them stays.
    if (!isPlain(pool, "MaxPool") || pool.outputs[1] || rectified?.graph !== g) continue;
    if (relu === undefined || !isPlain(relu, "Relu")) continue;
    if (readers.get(rectified) !== 1 || kept.has(rectified)) continue;
    const { opType, domain, opset, name, attributes } = pool;
    const [pooled] = g.append(new Node(opType, domain, opset, name, [relu.inputs[0]!], attributes), 1);
    g.substitute(pool, [g.relu(pooled!), null]);
  }
}

function isPlain(node: Node, opType: string): boolean {
  return node.domain === "" && node.opType === opType;
}
