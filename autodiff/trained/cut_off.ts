/**
 * Where no gradient passes.
 *
 * @module
 */
import { type Graph, isFloat, type Node, type Value } from "../../onnx/mod.ts";
import { contentsOf, readsShape } from "./readers.ts";

/** Operators whose derivative is 0 wherever they have one. */
const FLAT = new Set(["Ceil", "Floor", "Hardmax", "Round", "Sign"]);

/** A value that reaches the ends, but through nodes alone that no gradient passes. */
export interface CutOff {
  /** The value. */
  readonly value: Value;
  /** The nodes, in graph order. */
  readonly nodes: readonly Node[];
  /** Whether something else that these nodes depend on reaches the ends beside them: then a branch is cut off, not all. */
  readonly beside: boolean;
}

/** What counts as cutting off. */
export interface CutOffOptions {
  /** What is differentiated. */
  readonly ends: readonly Value[];
  /** Nodes that pass a gradient all the same. */
  readonly passing?: (node: Node) => boolean;
  /** Whether operators whose derivative is 0 everywhere count, such as `Round`; `true` by default. */
  readonly flat?: boolean;
}

/** Those of `values` that no gradient reaches, though the ends depend on them. */
export function cutOff(graph: Graph, values: readonly Value[], options: CutOffOptions): CutOff[] {
  const needed = reach(graph, options.ends, () => false);
  const cuts = (node: Node) => options.passing?.(node) ? false : isCut(node, needed, options.flat ?? true);
  const through = reach(graph, options.ends, cuts);
  const found = values.filter((v) => needed.has(v) && !through.has(v));
  return found.map((value) => {
    const nodes = firstCuts(graph, value, { needed, cuts });
    const around = reach(graph, nodes.flatMap((n) => n.reads()), () => false);
    const others = [...graph.inputs, ...values];
    return { value, nodes, beside: others.some((v) => v !== value && around.has(v) && through.has(v)) };
  });
}

/** A node that cuts a branch off, and those of some values that reach the ends by other ways than through it. */
export interface CutBranch {
  /** The node. */
  readonly node: Node;
  /** The values that it depends on. */
  readonly values: readonly Value[];
}

/** Nodes that cut off branches from `values`. Comparisons and tests are not among them: they only choose between branches. */
export function cutBranches(graph: Graph, values: readonly Value[], options: CutOffOptions): CutBranch[] {
  const needed = reach(graph, options.ends, () => false);
  const cuts = (node: Node) => options.passing?.(node) ? false : isCut(node, needed, options.flat ?? true);
  const origins = new Map<Value, ReadonlySet<Value>>(values.map((v) => [v, new Set([v])]));
  return graph.nodes.flatMap((node) => {
    if (!node.outputs.some((y) => y !== null && needed.has(y)) || readsShape(node)) return [];
    const from = new Set(contentsOf(node).flatMap((x) => [...origins.get(x) ?? []]));
    if (from.size === 0) return [];
    if (!cuts(node)) {
      for (const y of node.outputs) if (y !== null && carriesFloats(y)) origins.set(y, from);
      return [];
    }
    const chooses = node.outputs.every((y) => y === null || y.known.dtype === "bool");
    return chooses ? [] : [{ node, values: [...from] }];
  });
}

/** What `ends` depend on other than through nodes that cut. */
function reach(graph: Graph, ends: readonly Value[], cuts: (node: Node) => boolean): Set<Value> {
  const found = new Set(ends);
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((y) => y !== null && found.has(y)) || cuts(node)) continue;
    for (const x of contentsOf(node)) found.add(x);
  }
  return found;
}

/** Whether a node takes floats and gives nothing that a gradient passes through. */
function isCut(node: Node, needed: ReadonlySet<Value>, flat: boolean): boolean {
  if (node.domain !== "") return false;
  if (flat && FLAT.has(node.opType)) return true;
  const x = node.inputs[0];
  if (!x || !carriesFloats(x)) return false;
  return !node.outputs.some((y) => y !== null && needed.has(y) && carriesFloats(y));
}

/** The first nodes that cut, on all ways from `value`. */
function firstCuts(
  graph: Graph,
  value: Value,
  { needed, cuts }: { needed: ReadonlySet<Value>; cuts: (node: Node) => boolean },
): Node[] {
  const from = new Set([value]);
  return graph.nodes.filter((node) => {
    if (!node.outputs.some((y) => y !== null && needed.has(y)) || readsShape(node)) return false;
    if (!contentsOf(node).some((x) => from.has(x))) return false;
    if (cuts(node)) return true;
    for (const y of node.outputs) if (y !== null && needed.has(y)) from.add(y);
    return false;
  });
}

function carriesFloats({ known: { dtype } }: Value): boolean {
  return dtype === undefined || isFloat(dtype);
}
