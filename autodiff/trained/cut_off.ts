/**
 * Finds values and branches whose gradient is stopped on its way.
 *
 * @module
 */
import { type Graph, isFloat, type Node, type Value } from "../../onnx/mod.ts";
import { bodyInput, contentsOf, readsShape } from "./readers.ts";

/** Inputs that operators compute with but pass no gradient to. */
const PASSED_OVER: Readonly<Record<string, (node: Node) => readonly number[]>> = {
  BatchNormalization: (node) => (node.int("training_mode") === 1 ? [3, 4] : []),
  Dropout: () => [1],
  GridSample: (node) => (node.string("mode") === "nearest" ? [1] : []),
  OneHot: () => [0],
  Where: (node) => {
    const condition = node.inputs[0]?.tensor;
    return condition?.data.length === 1 ? [condition.data[0] ? 2 : 1] : [];
  },
};

/** Operators whose derivative is 0 wherever they have one. */
const FLAT = new Set(["Ceil", "Floor", "Hardmax", "Round", "Sign"]);

/** A value that the ends depend on only through nodes that stop gradients. */
export interface CutOff {
  /** The value. */
  readonly value: Value;
  /** The nodes that stop its gradient, in graph order. */
  readonly nodes: readonly Node[];
  /** Whether another value that these nodes depend on reaches the ends by another path: then only a branch is cut off. */
  readonly beside: boolean;
}

/** Decides whether a gradient passes a node; `undefined` leaves it to the operator. */
export type Passing = (node: Node) => boolean | undefined;

/** Options of {@linkcode cutOff} and {@linkcode cutBranches}. */
export interface CutOffOptions {
  /** The values that are differentiated. */
  readonly ends: readonly Value[];
  /** Returns whether a node passes a gradient; `undefined` if its operator decides. */
  readonly passing?: Passing;
  /** Whether operators whose derivative is 0 everywhere, such as `Round`, stop gradients; `true` by default. */
  readonly flat?: boolean;
}

/** Returns those of `values` that the ends depend on but no gradient reaches. */
export function cutOff(graph: Graph, values: readonly Value[], options: CutOffOptions): CutOff[] {
  const flow = flowOf(graph, options);
  const through = differentiable(graph, options.ends, flow);
  const found = values.filter((v) => flow.needed.has(v) && !through.has(v));
  return found.map((value) => {
    const nodes = [...cutNodes(graph, [value], flow).keys()];
    const around = dependencies(graph, nodes.flatMap((n) => n.reads()));
    const others = [...graph.inputs, ...values];
    return { value, nodes, beside: others.some((v) => v !== value && around.has(v) && through.has(v)) };
  });
}

/** A node that cuts off a branch, and the values that the branch depends on. */
export interface CutBranch {
  /** The node. */
  readonly node: Node;
  /** The values that it depends on. */
  readonly values: readonly Value[];
}

/**
 * Returns the nodes that cut off branches from `values`. Comparisons and tests do not count: they only select branches.
 * Nor do nodes that `passing` stops, if it lets a parallel path pass.
 */
export function cutBranches(graph: Graph, values: readonly Value[], options: CutOffOptions): CutBranch[] {
  const nodes = cutNodes(graph, values, flowOf(graph, options));
  return [...nodes].flatMap(([node, from]) => {
    const chooses = node.outputs.every((y) => y === null || y.known.dtype === "bool");
    return chooses || options.passing?.(node) === false ? [] : [{ node, values: [...from] }];
  });
}

/** The values that the ends depend on, and the operands of each node that get a gradient. */
interface Flow {
  readonly needed: ReadonlySet<Value>;
  readonly through: (node: Node) => readonly Value[];
}

function flowOf(graph: Graph, { ends, passing, flat = true }: CutOffOptions): Flow {
  const needed = dependencies(graph, ends);
  const through = (node: Node) => {
    const told = passing?.(node);
    if (told ?? !isCut(node, needed, flat)) return told ? contentsOf(node) : differentiated(node);
    return [];
  };
  return { needed, through };
}

/** Returns the values that `ends` depend on, including values inside bodies of control flow. */
function dependencies(graph: Graph, ends: readonly Value[]): Set<Value> {
  const found = new Set(ends);
  const visit = (g: Graph) => {
    for (const node of g.nodes.toReversed()) {
      if (!isRead(node, found)) continue;
      for (const x of contentsOf(node)) found.add(x);
      for (const body of bodiesOf(node)) {
        for (const y of body.outputs) found.add(y);
        visit(body);
      }
    }
  };
  visit(graph);
  return found;
}

/** Returns the values that gradients of `ends` reach, including values inside bodies of control flow. */
function differentiable(graph: Graph, ends: readonly Value[], { through }: Flow): Set<Value> {
  const found = new Set(ends);
  const visit = (g: Graph) => {
    for (const node of g.nodes.toReversed()) {
      if (!isRead(node, found)) continue;
      if (bodiesOf(node).length > 0) enter(node);
      else for (const x of through(node)) found.add(x);
    }
  };
  const enter = (node: Node) => {
    const links = linksOf(node);
    for (let size = -1; size < found.size;) {
      size = found.size;
      for (const { inner, outer } of links.outputs) if (outer && found.has(outer)) found.add(inner);
      for (const body of bodiesOf(node)) visit(body);
      for (const { inner, outer, next } of links.inputs) {
        if (!found.has(inner)) continue;
        if (outer) found.add(outer);
        if (next) found.add(next);
      }
    }
  };
  visit(graph);
  return found;
}

/**
 * Returns the nodes that cut, in order, with those of `values` that reach each; nodes inside bodies of control flow
 * included.
 */
function cutNodes(
  graph: Graph,
  values: readonly Value[],
  { needed, through }: Flow,
): Map<Node, ReadonlySet<Value>> {
  const found = new Map<Node, ReadonlySet<Value>>();
  const origins = new Map<Value, ReadonlySet<Value>>(values.map((v) => [v, new Set([v])]));
  const from = (read: readonly (Value | null | undefined)[]) =>
    new Set(read.flatMap((x) => [...(x && origins.get(x)) || []]));
  /** Adds the origins of a value. Returns whether any is new. */
  const join = (v: Value, more: ReadonlySet<Value>) => {
    const before = origins.get(v) ?? new Set();
    if (!carriesFloats(v) || more.isSubsetOf(before)) return false;
    origins.set(v, before.union(more));
    return true;
  };
  const visit = (g: Graph) => {
    for (const node of g.nodes) {
      if (!isRead(node, needed) || readsShape(node)) continue;
      if (bodiesOf(node).length > 0) {
        enter(node);
        continue;
      }
      const reads = from(contentsOf(node));
      const passed = from(through(node));
      if (!reads.isSubsetOf(passed)) found.set(node, reads.difference(passed));
      for (const y of node.outputs) if (y !== null) join(y, passed);
    }
  };
  const enter = (node: Node) => {
    const links = linksOf(node);
    for (let changed = true; changed;) {
      for (const { inner, outer } of links.inputs) join(inner, from([outer]));
      for (const body of bodiesOf(node)) visit(body);
      changed = links.inputs.map(({ inner, next }) => join(inner, from([next]))).includes(true);
    }
    for (const { inner, outer } of links.outputs) if (outer) join(outer, from([inner]));
  };
  visit(graph);
  return found;
}

/** The links between the values of a body and those of its node. */
interface Links {
  /** `next` is the value that a loop passes to an input in its next step. */
  readonly inputs: readonly { inner: Value; outer: Value | null | undefined; next?: Value | undefined }[];
  readonly outputs: readonly { inner: Value; outer: Value | null | undefined }[];
}

function linksOf(node: Node): Links {
  // The first output of a Loop's body is its condition.
  const skipped = node.opType === "Loop" ? 1 : 0;
  const bodies = bodiesOf(node);
  return {
    inputs: bodies.flatMap((body) =>
      body.inputs.map((inner, i) => ({
        inner,
        outer: node.inputs[i],
        next: bodyInput(node, i)?.state ? body.outputs[i - skipped] : undefined,
      }))
    ),
    outputs: bodies.flatMap((body) =>
      body.outputs.slice(skipped).map((inner, i) => ({ inner, outer: node.outputs[i] }))
    ),
  };
}

function bodiesOf(node: Node): Graph[] {
  return [...node.attributes.values()].flatMap((a) => (a.type === "GRAPH" ? [a.value] : []));
}

function isRead(node: Node, found: ReadonlySet<Value>): boolean {
  return node.outputs.some((y) => y !== null && found.has(y));
}

/** Returns the operands whose contents a node reads and that get a gradient. */
function differentiated(node: Node): Value[] {
  const over = node.domain === "" ? PASSED_OVER[node.opType]?.(node) ?? [] : [];
  const kept = node.inputs.filter((_, i) => !over.includes(i));
  return over.length === 0 ? contentsOf(node) : contentsOf(node).filter((x) => kept.includes(x));
}

/** Returns whether a node reads floats but has no needed output that carries a gradient. */
function isCut(node: Node, needed: ReadonlySet<Value>, flat: boolean): boolean {
  if (node.domain !== "") return false;
  if (flat && FLAT.has(node.opType)) return true;
  const x = node.inputs[0];
  if (!x || !carriesFloats(x)) return false;
  return !node.outputs.some((y) => y !== null && needed.has(y) && carriesFloats(y));
}

function carriesFloats({ known: { dtype } }: Value): boolean {
  return dtype === undefined || isFloat(dtype);
}
