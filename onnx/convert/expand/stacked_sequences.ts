/**
 * Replaces sequences that a loop extends by one tensor per step, as exporters write embedding bags, with one stacked
 * tensor.
 *
 * @module
 */
import { type Attribute, type Graph, Node, type Value } from "../../ir/mod.ts";
import { normalizeAxis } from "../../tensor/mod.ts";

/** A loop state that is such a sequence: its index among the states, and the tensor that a step appends. */
interface Growing {
  readonly k: number;
  readonly added: Value;
}

/**
 * Adds to `g` the loop with stacked tensors instead of growing sequences, and the sequences made from them.
 *
 * @returns the outputs; `undefined` when the node is no loop with such a state.
 */
export function stackSequences(g: Graph, node: Node, names: readonly string[]): Value[] | undefined {
  const body = node.domain === "" && node.opType === "Loop" ? node.subgraph("body") : undefined;
  if (body === undefined) return undefined;
  const states = node.inputs.length - 2;
  const growing = Array.from({ length: states }, (_, k) => growingAt(node, body, k)).filter((s) =>
    s !== null
  );
  if (growing.length === 0) return undefined;
  for (const { k } of growing.toReversed()) {
    body.inputs.splice(2 + k, 1);
    body.outputs.splice(1 + k, 1);
  }
  for (const { added } of growing) body.output(added);
  body.prune();
  const isGrowing = (k: number) => growing.some((s) => s.k === k);
  const inputs = node.inputs.filter((_, i) => i < 2 || !isGrowing(i - 2));
  const kept = names.filter((_, i) => !isGrowing(i));
  const attributes = new Map<string, Attribute>([["body", { type: "GRAPH", value: body }]]);
  const loop = new Node("Loop", "", g.opsets[""]!, node.name, inputs, attributes);
  const outputs = g.append(loop, kept.length + growing.length, { names: kept, share: false });
  const [own, stacked] = [outputs.slice(0, kept.length), outputs.slice(kept.length)];
  return names.map((name, i) => {
    if (!isGrowing(i)) return own.shift()!;
    const sequence = { attributes: { axis: 0, keepdims: 0 }, outputNames: [name], share: false };
    return g.emit("SplitToSequence", [stacked.shift()!], sequence)[0]!;
  });
}

/**
 * Returns state `k` if it starts empty, every step appends one tensor to it, and nothing else reads it; else `null`.
 * The shapes need not be known to be equal: the runtime refuses to stack tensors that differ.
 */
function growingAt(node: Node, body: Graph, k: number): Growing | null {
  const insert = body.outputs[1 + k]?.producer;
  const [before, initial] = [body.inputs[2 + k], node.inputs[2 + k]];
  if (
    insert?.opType !== "SequenceInsert" || insert.inputs[2] || initial?.producer?.opType !== "SequenceEmpty"
  ) {
    return null;
  }
  const added = insert.inputs[1]!;
  const readers = body.nodes.filter((n) => n.reads().includes(before!));
  const others = body.outputs.filter((y) => y === before || y === body.outputs[1 + k]);
  const alone = insert.inputs[0] === before && readers.length === 1 && others.length === 1 &&
    !body.nodes.some((n) => n.reads().includes(body.outputs[1 + k]!));
  return alone && added.known.dtype !== undefined && added.shape !== undefined ? { k, added } : null;
}

/**
 * Replaces a node that reads a sequence of slices by nodes on the tensor that was sliced.
 *
 * @returns the output; `undefined` when the sequence holds no such slices.
 */
export function readSlices(g: Graph, node: Node, names: readonly string[]): Value[] | undefined {
  const split = node.inputs[0]?.producer;
  if (split?.opType !== "SplitToSequence" || split.inputs[1] || split.int("keepdims") !== 0) return undefined;
  const x = split.inputs[0]!;
  if (x.shape === undefined) return undefined;
  const axis = normalizeAxis(split.int("axis")!, x.rank);
  const options = { outputNames: names, share: false };
  if (node.opType === "SequenceAt") {
    return g.emit("Gather", [x, node.inputs[1]!], { ...options, attributes: { axis } });
  }
  const stacks = node.int("new_axis") === 1;
  const to = normalizeAxis(node.int("axis")!, stacks ? x.rank : x.rank - 1);
  const rest = Array.from({ length: x.rank }, (_, i) => i).filter((i) => i !== axis);
  const perm = rest.toSpliced(to, 0, axis);
  if (stacks) return g.emit("Transpose", [x], { ...options, attributes: { perm } });
  // The slices side by side along one of their own axes.
  const moved = g.transpose(x, { perm });
  const sizes = [
    ...(to === 0 ? [] : [g.shape(moved, { start: 0, end: to })]),
    g.constant([-1], "int64"),
    ...(to + 2 === x.rank ? [] : [g.shape(moved, { start: to + 2 })]),
  ];
  return g.emit("Reshape", [moved, sizes.length === 1 ? sizes[0]! : g.concat(sizes, { axis: 0 })], options);
}
