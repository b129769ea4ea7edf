/**
 * Sequences of tensors whose entries follow from the graph: exporters split a tensor into one and take it apart again.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../ir/mod.ts";
import { numbersIn } from "../../infer/mod.ts";
import { normalizeAxis } from "../../tensor/mod.ts";
import { readSlices } from "./stacked_sequences.ts";

/** Returns the entries of a sequence; `undefined` if they depend on what is fed, or on what the graph is part of. */
function entriesOf(g: Graph, sequence: Value | null | undefined): Value[] | undefined {
  const node = sequence?.producer;
  if (node === undefined || node.domain !== "") return undefined;
  switch (node.opType) {
    case "SequenceConstruct":
      return node.inputs.map((x) => x!);
    case "SequenceEmpty":
      return [];
    case "SequenceInsert":
    case "SequenceErase": {
      const entries = entriesOf(g, node.inputs[0]);
      const [tensor, place] = node.opType === "SequenceInsert"
        ? [node.inputs[1]!, node.inputs[2]]
        : [undefined, node.inputs[1]];
      const at = place
        ? positionOf(place, entries?.length)
        : tensor
        ? entries?.length
        : (entries?.length ?? 0) - 1;
      if (entries === undefined || at === undefined) return undefined;
      return tensor ? entries.toSpliced(at, 0, tensor) : entries.toSpliced(at, 1);
    }
    case "SplitToSequence":
      return piecesOf(g, node);
    default:
      return undefined;
  }
}

/** Returns a known position, counted from the front. */
function positionOf(value: Value, length: number | undefined): number | undefined {
  const [at, ...more] = numbersIn(value.known) ?? [];
  if (at === undefined || more.length > 0 || length === undefined) return undefined;
  return normalizeAxis(at, length, "the position");
}

/**
 * Returns what SplitToSequence makes: parts of given lengths, or of one length with a shorter last one; of length 1 by
 * default.
 */
function piecesOf(g: Graph, node: Node): Value[] | undefined {
  const x = node.inputs[0]!;
  if (x.shape === undefined) return undefined;
  const axis = normalizeAxis(node.int("axis")!, x.rank);
  const given = node.inputs[1];
  const total = x.shape[axis];
  const numbers = given ? numbersIn(given.known) : [1];
  if (numbers === undefined) return undefined;
  let lengths = numbers;
  if (!given || given.shape?.length === 0) {
    const each = numbers[0]!;
    // No exporter splits a long axis into a part for each unit.
    if (typeof total !== "number" || !(each >= 1) || total / each > 1024) return undefined;
    lengths = Array.from({ length: Math.ceil(total / each) }, (_, i) => Math.min(each, total - i * each));
  }
  const parts = g.emit("Split", [x, lengths], { attributes: { axis }, outputs: lengths.length });
  return given || node.int("keepdims") === 1 ? parts : parts.map((p) => g.squeeze(p, [axis]));
}

/**
 * Adds to `g` the equivalent of a node that reads a sequence, if the sequence's entries are known.
 *
 * @returns the outputs, or `undefined` for any other node.
 */
export function expandSequence(g: Graph, node: Node, names: readonly string[]): Value[] | undefined {
  // Split took its sizes as an attribute before operator set 13.
  if (node.domain !== "" || g.opsets[""]! < 13) return undefined;
  if (!/^(SequenceAt|ConcatFromSequence)$/.test(node.opType)) return undefined;
  const entries = entriesOf(g, node.inputs[0]);
  if (entries === undefined) return readSlices(g, node, names);
  const options = { outputNames: names, share: false };
  if (node.opType === "SequenceAt") {
    const entry = entries[positionOf(node.inputs[1]!, entries.length) ?? -1];
    return entry && g.emit("Identity", [entry], options);
  }
  const axis = node.int("axis")!;
  const parts = node.int("new_axis") === 1 ? entries.map((e) => g.unsqueeze(e, [axis])) : entries;
  return parts.length === 0 ? undefined : g.emit("Concat", parts, { ...options, attributes: { axis } });
}
