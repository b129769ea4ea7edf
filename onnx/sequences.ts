/**
 * Sequences that can be done without.
 *
 * @module
 */
import type { Graph } from "./graph.ts";
import { normalizeAxis } from "./shape.ts";
import type { Node, Value } from "./value.ts";

/**
 * What an element of a sequence is, taken from what the sequence was made of: exporters write `split()` so. Sequences have
 * no shapes and no gradients; tensors have both.
 *
 * @returns the element, or `undefined` where the sequence or the position is only known at run time.
 * @throws {RangeError} when the sequence has no such position.
 */
export function elementOf(g: Graph, node: Node): Value[] | undefined {
  // Split took its sizes as an attribute before.
  if (node.opType !== "SequenceAt" || node.domain !== "" || g.opsets[""]! < 13) return undefined;
  const position = node.inputs[1]!.contents?.[0];
  const sequence = node.inputs[0]!.producer;
  if (typeof position !== "number" || sequence === undefined) return undefined;
  const at = (length: number) => normalizeAxis(position, length, "the position");
  switch (sequence.opType) {
    case "SequenceConstruct":
      return [sequence.inputs[at(sequence.inputs.length)]!];
    case "SplitToSequence": {
      const x = sequence.inputs[0]!;
      const axis = x.shape && normalizeAxis(sequence.int("axis")!, x.shape.length);
      const sizes = axis === undefined ? undefined : sizesOf(sequence, x.shape![axis]!);
      if (sizes === undefined) return undefined;
      const index = at(sizes.length);
      const part = g.emit("Split", [x, sizes], { attributes: { axis }, outputs: sizes.length })[index]!;
      const whole = sequence.inputs[1] != null || sequence.int("keepdims") === 1;
      return [whole ? part : g.squeeze(part, [axis!])];
    }
    default:
      return undefined;
  }
}

/** The sizes of the parts along an axis of `size`: as listed, or all the same but for the last; 1 by default. */
function sizesOf(node: Node, size: number | string): number[] | undefined {
  const split = node.inputs[1];
  const given = split == null ? [1] : split.contents;
  if (given === undefined || !given.every((d) => typeof d === "number")) return undefined;
  if (split != null && split.shape?.length !== 0) return [...given];
  const each = given[0]!;
  // A part for each unit of a long axis is nothing that anybody takes apart by position.
  if (typeof size !== "number" || !(each >= 1) || size / each > 1024) return undefined;
  return Array.from({ length: Math.ceil(size / each) }, (_, i) => Math.min(each, size - i * each));
}
