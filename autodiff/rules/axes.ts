/**
 * The axes of a reduction.
 *
 * @module
 */
import type { Node, Operand } from "../../onnx/mod.ts";

/**
 * Returns the axes of a reduction: numbers where they are known, the value that holds them where they are not, `"all"`
 * for every axis and `"none"` where the node passes its operand through.
 */
export function reduceAxes(node: Node): Operand | "all" | "none" {
  const axes = node.inputs[1];
  const empty = node.int("noop_with_empty_axes") ? "none" : "all";
  if (!axes) return empty;
  const known = axes.contents;
  if (known === undefined || known.some((a) => typeof a !== "number")) return axes;
  return known.length === 0 ? empty : known as readonly number[];
}
