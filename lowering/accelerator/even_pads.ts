/**
 * Transposed convolutions with the same padding on both sides.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { replaceNodes } from "../../onnx/ir/mod.ts";

/**
 * Replaces each `ConvTranspose` whose padding differs from side to side by one whose padding does not, in place: CUDA has no
 * other kernel. Where the first side has more, `output_padding` gives the difference back, else the result is cut.
 *
 * @returns whether any was replaced.
 */
export function evenPads(g: Graph): boolean {
  let replaced = false;
  for (const node of g.nodes) {
    for (const a of node.attributes.values()) {
      if (a.type === "GRAPH" && evenPads(a.value)) replaced = true;
    }
  }
  if (!g.nodes.some(isTransposed)) return replaced;
  replaceNodes(g, (node) => {
    const other = isTransposed(node) ? evened(g, node) : undefined;
    if (other !== undefined) replaced = true;
    return other && [other];
  });
  return replaced;
}

function isTransposed({ domain, opType }: Node): boolean {
  return domain === "" && opType === "ConvTranspose";
}

function evened(g: Graph, node: Node): Value | undefined {
  const pads = node.ints("pads");
  const auto = node.string("auto_pad") ?? "NOTSET";
  if (pads === undefined || auto !== "NOTSET" || node.ints("output_shape") !== undefined) return undefined;
  const rank = pads.length / 2;
  const each = Array.from({ length: rank }, (_, i) => axisOf(node, i));
  if (each.every(({ begin, end }) => begin === end)) return undefined;
  const [x, w, bias] = node.inputs as [Value, Value, Value | null | undefined];
  const sides = each.map((a) => a.pad);
  const y = g.convTranspose(x, w, bias ?? null, {
    dilations: node.ints("dilations"),
    group: node.int("group"),
    kernel_shape: node.ints("kernel_shape"),
    strides: node.ints("strides"),
    pads: [...sides, ...sides],
    output_padding: each.map((a) => a.extra),
  });
  const cut = each.flatMap((a, i) => (a.first === 0 && a.last === 0 ? [] : [{ ...a, axis: i + 2 }]));
  if (cut.length === 0) return y;
  const ends = cut.map((a) => (a.last === 0 ? LAST : -a.last));
  return g.slice(y, cut.map((a) => a.first), ends, cut.map((a) => a.axis));
}

/** An end of a slice that no size exceeds. */
const LAST = 2 ** 31 - 1;

/** The padding of an axis before, and how the replacement gets the same result. */
interface EvenAxis {
  readonly begin: number;
  readonly end: number;
  /** The padding on both sides. */
  readonly pad: number;
  /** The `output_padding`. */
  readonly extra: number;
  /** How many elements to cut off at both ends. */
  readonly first: number;
  readonly last: number;
}

function axisOf(node: Node, i: number): EvenAxis {
  const pads = node.ints("pads")!;
  const [begin, end] = [pads[i]!, pads[i + pads.length / 2]!];
  const extra = node.ints("output_padding")?.[i] ?? 0;
  // ONNX allows less than a stride or a dilation, ONNX Runtime less than a stride.
  const most = (node.ints("strides")?.[i] ?? 1) - 1;
  const back = extra + begin - end;
  if (back >= 0 && back <= most) return { begin, end, pad: begin, extra: back, first: 0, last: 0 };
  const pad = Math.min(begin, end);
  return { begin, end, pad, extra, first: begin - pad, last: end - pad };
}
