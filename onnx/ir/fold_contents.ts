/**
 * Constants in the place of values that follow from shapes.
 *
 * @module
 */
import { numbersIn } from "../infer/mod.ts";
import { type DType, isStatic, sizeOf, type Tensor, tensorOf } from "../tensor/mod.ts";
import type { Graph } from "./graph.ts";
import { Node, type Value } from "./value.ts";

/**
 * Replaces by a constant every node of a graph, and of the bodies in it, whose results are numbers that follow from known
 * shapes, such as `Shape` of a static shape and what is computed from it. `Graph.prune` then drops what only they read.
 *
 * @example
 * ```ts
 * import { foldContents } from "./fold_contents.ts";
 * import { Graph } from "./graph.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", [2, 3]);
 * g.output(g.reshape(x, g.reduceProd(g.shape(x), null, { keepdims: 1 })), "y");
 * foldContents(g);
 * g.prune();
 * assertEquals(g.nodes.map((n) => n.opType), ["Constant", "Reshape"]);
 * ```
 */
export function foldContents(g: Graph): void {
  const nodes = g.nodes.flatMap((node) => {
    for (const a of node.attributes.values()) if (a.type === "GRAPH") foldContents(a.value);
    return folded(g, node) ?? [node];
  });
  g.nodes.splice(0, g.nodes.length, ...nodes);
}

/** Returns a `Constant` for each output of a node; `null` if not all of them are known, or one leaves the graph. */
function folded(g: Graph, node: Node): Node[] | null {
  if (node.domain !== "" || node.opType === "Constant" || node.outputs.length === 0) return null;
  const constants: Node[] = [];
  for (const y of node.outputs) {
    const value = y === null || g.outputs.includes(y) ? null : tensorIn(y);
    if (value === null) return null;
    const attributes = new Map([["value", { type: "TENSOR", value } as const]]);
    const constant = new Node("Constant", "", g.opsets[""]!, "", [], attributes);
    constant.outputs = [y];
    constants.push(constant);
  }
  for (const c of constants) c.outputs[0]!.producer = c;
  return constants;
}

/** The element types in which sizes are computed. */
const TYPES: ReadonlySet<DType | undefined> = new Set(["bool", "float32", "float64", "int32", "int64"]);

function tensorIn({ known }: Value): Tensor | null {
  const { dtype, shape } = known;
  if (dtype === undefined || !TYPES.has(dtype) || !isStatic(shape)) return null;
  const numbers = numbersIn(known);
  const whole = numbers?.length === sizeOf(shape) && numbers.every(Number.isFinite);
  return whole ? tensorOf(numbers, shape, dtype) : null;
}
