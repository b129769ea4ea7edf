/**
 * Slice and Pad: of examples, of places, and of whole blocks of channels; of other channels by a convolution.
 *
 * @module
 */
import { sliceGradientOf } from "../../../autodiff/composites/mod.ts";
import type { Graph, Node, Value } from "../../../onnx/mod.ts";
import { normalizeAxis } from "../../../onnx/tensor/mod.ts";
import { interleaved } from "../pools.ts";
import type { LayoutRule } from "../rule.ts";
import { imageSizes, integers } from "../shapes.ts";
import { canSelect, selectChannels } from "../selection.ts";

/** A cut along one axis. */
interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Writes Slice by numbers that are known while the graph is built. */
export const slice: LayoutRule = (node, f) => {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  if (!f.hasBlocks(x) || !f.canBlock(y)) return false;
  const cuts = cutsOf(node);
  const channels = imageSizes(x)!.c;
  const ofChannels = cuts?.find((c) => c.axis === 1);
  if (cuts === undefined || (ofChannels && ofChannels.step !== 1)) return false;
  const { g, block } = f;
  const at = ofChannels ? clamped(ofChannels.start, channels) : 0;
  const whole = at % block === 0;
  if (!whole && !canSelect(f, x, y)) return false;
  const others = cuts.filter((c) => c.axis !== 1);
  const parts = ofChannels && whole
    ? [...others, { axis: 1, start: at / block, end: (at + imageSizes(y)!.c) / block, step: 1 }]
    : others;
  let result = f.blocks(x);
  if (parts.length > 0) {
    const cut = g.slice(
      viewOf(g, result, block),
      parts.map((c) => c.start),
      parts.map((c) => c.end),
      parts.map((c) => c.axis),
      parts.map((c) => c.step),
    );
    const { c, h, w } = imageSizes(y)!;
    result = g.reshape(cut, [0, whole ? c : channels, h, w]);
  }
  f.setBlocks(y, whole ? result : selectChannels(f, result, { from: -at, channels: imageSizes(y)!.c }));
  return true;
};

/** Returns an image in blocks as `[N, C/b, H, W, b]`. */
export function viewOf(g: Graph, x: Value, block: number): Value {
  const { c, h, w } = imageSizes(x)!;
  return g.reshape(x, [0, c / block, h, w, block]);
}

function cutsOf(node: Node): Cut[] | undefined {
  const [starts, ends] = [integers(node.inputs[1]), integers(node.inputs[2])];
  if (starts === undefined || ends === undefined) return undefined;
  const axes = node.inputs[3] ? integers(node.inputs[3]) : starts.map((_, i) => i);
  const steps = node.inputs[4] ? integers(node.inputs[4]) : starts.map(() => 1);
  if (axes === undefined || steps === undefined) return undefined;
  return starts.map((start, i) => ({
    axis: normalizeAxis(axes[i]!, 4),
    start,
    end: ends[i]!,
    step: steps[i]!,
  }));
}

function clamped(at: number, size: number): number {
  return Math.min(Math.max(at < 0 ? at + size : at, 0), size);
}

/** Writes SliceGradient: zeros between the entries along one axis after the other. */
export const sliceGradient: LayoutRule = (node, f) => {
  const { dy, axes } = sliceGradientOf(node);
  if (axes.length !== 2 || !f.hasBlocks(dy)) return false;
  const { g, block } = f;
  const rows = interleaved(g, [f.blocks(dy)], { axis: 2, windows: axes[0]!, block });
  f.setBlocks(node.outputs[0]!, interleaved(g, [rows], { axis: 3, windows: axes[1]!, block }));
  return true;
};

/** Writes Pad with a constant, also by negative numbers. */
export const pad: LayoutRule = (node, f) => {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  if (node.string("mode") !== "constant" || !f.hasBlocks(x) || !f.canBlock(y)) return false;
  const pads = padsOf(node);
  if (pads === undefined) return false;
  const { g, block } = f;
  const [before, after] = [pads.slice(0, 4), pads.slice(4)];
  const value = node.inputs[2] ?? null;
  const { c, h, w } = imageSizes(y)!;
  if (before[1]! % block !== 0) {
    const ofChannelsAlone = pads.every((n, i) => i % 4 === 1 || n === 0);
    const zero = value === null || value.tensor?.data[0] === 0;
    if (!ofChannelsAlone || !zero || !canSelect(f, x, y)) return false;
    f.setBlocks(y, selectChannels(f, f.blocks(x), { from: before[1]!, channels: c }));
    return true;
  }
  const inBlocks = [before, after].flatMap((p) => [p[0]!, p[1]! / block, p[2]!, p[3]!, 0]);
  const padded = g.pad(viewOf(g, f.blocks(x), block), inBlocks, value && f.plain(value));
  f.setBlocks(y, g.reshape(padded, [0, c, h, w]));
  return true;
};

/** Returns the entries to add before and after each of the four axes. */
function padsOf(node: Node): number[] | undefined {
  const pads = integers(node.inputs[1]);
  const axes = node.inputs[3] ? integers(node.inputs[3]) : [0, 1, 2, 3];
  if (pads === undefined || axes === undefined) return undefined;
  const all = Array<number>(8).fill(0);
  for (const [i, a] of axes.entries()) {
    all[normalizeAxis(a, 4)] = pads[i]!;
    all[normalizeAxis(a, 4) + 4] = pads[i + axes.length]!;
  }
  return all;
}
