/**
 * Pools, and the gradients of pools.
 *
 * @module
 */
import { averagePoolGradientOf, maxPoolGradientOf } from "../../../autodiff/composites/mod.ts";
import { type Axis, extent } from "../../../autodiff/windows/mod.ts";
import { type Graph, tensorOf, type Value } from "../../../onnx/mod.ts";
import { sizeOf } from "../../../onnx/tensor/mod.ts";
import * as blocks from "../../blocks/mod.ts";
import { addedInPhases, coversPhases, entriesOfPhases } from "../phases.ts";
import { type Along, entryAlong, interleaved, maximaAlong } from "../pools.ts";
import type { Forms } from "../forms.ts";
import type { LayoutRule } from "../rule.ts";
import { imageWindows } from "../windows.ts";
import { pays } from "./elementwise.ts";

/** Writes a MaxPool that does not return the places of the maxima. */
export const maxPool: LayoutRule = (node, f) => {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  if (node.outputs[1] || !f.hasBlocks(x) || x.dtype !== "float32") return false;
  const axes = imageWindows(node, { over: x, windows: y, kernel: node.ints("kernel_shape") });
  if (axes === undefined || !blocks.canPool(axes)) return false;
  f.setBlocks(y, blocks.maxPool(f.g, f.blocks(x), axes));
  return true;
};

/** Writes MaxPoolGradient: finds the first maximum of each window, one axis at a time. */
export const maxPoolGradient: LayoutRule = (node, f) => {
  const { x, y, dy, axes } = maxPoolGradientOf(node);
  const [rows, columns] = axes;
  // An infinite maximum would be found in the padding too.
  const found = (a: Axis) => isWithin(a) || (coversPhases(a) && !f.hasInfinities);
  const fits = axes.length === 2 && axes.every(found) && [x, dy].every((v) => f.canBlock(v));
  if (!fits || !pays([...new Set([x, y, dy])], f)) return false;
  const { g, block } = f;
  const image = f.blocks(x);
  const ofRows = { axis: 2, windows: rows!, block } as const;
  const ofColumns = { axis: 3, windows: columns!, block } as const;
  const perRow = maximaAlong(g, image, ofColumns);
  const dRows = routed(g, f.blocks(dy), { ...ofRows, of: perRow, maxima: f.blocks(y) });
  f.setBlocks(node.outputs[0]!, routed(g, dRows, { ...ofColumns, of: image, maxima: perRow }));
  return true;
};

/** Returns whether windows neither overlap nor reach beyond the axis. */
function isWithin(a: Axis): boolean {
  return a.dilation === 1 && extent(a) <= a.stride && a.begin === 0 && a.end <= 0;
}

/** Passes each window's cotangent to its first entry along one axis that attains the maximum. */
function routed(g: Graph, dy: Value, { of, maxima, ...along }: Along & { of: Value; maxima: Value }): Value {
  const within = isWithin(along.windows);
  const entry = within ? (at: number) => entryAlong(g, of, { ...along, at }) : entriesOfPhases(g, of, along);
  // The part that no earlier entry has taken; products, since selecting costs the runtime several times as much.
  let left = dy;
  const parts = Array.from({ length: along.windows.kernel - 1 }, (_, at) => {
    const part = g.mul(left, g.cast(g.equal(entry(at), maxima), { to: "float32" }));
    left = g.sub(left, part);
    return part;
  });
  return within ? interleaved(g, [...parts, left], along) : addedInPhases(g, [...parts, left], along);
}

/** Writes AveragePool. */
export const averagePool: LayoutRule = (node, f) => {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  if (!f.hasBlocks(x) || x.dtype !== "float32") return false;
  const axes = imageWindows(node, { over: x, windows: y, kernel: node.ints("kernel_shape") });
  if (axes === undefined || !blocks.canPool(axes) || node.int("ceil_mode") === 1) return false;
  const countsPadding = node.int("count_include_pad") === 1;
  f.setBlocks(y, blocks.averagePool(f.g, f.blocks(x), axes, { countsPadding }));
  return true;
};

/** Writes AveragePoolGradient. */
export const averagePoolGradient: LayoutRule = (node, f) => {
  const { dy, axes, count } = averagePoolGradientOf(node);
  const dx = node.outputs[0]!;
  if (axes.length !== 2 || !f.hasBlocks(dy) || !f.canBlock(dx)) return false;
  const made = axes.every((a) => isWithin(a) && a.kernel === a.stride && a.end === 0)
    ? repeated(f, dy, { axes, count })
    : byConvolution(f, dx, { dy, axes, count });
  if (made === undefined) return false;
  f.setBlocks(dx, made);
  return true;
};

/** Returns the gradient where windows cover the image without overlap: each entry of dy for its whole window. */
function repeated(f: Forms, dy: Value, { axes, count }: { axes: readonly Axis[]; count: number }): Value {
  const { g, block } = f;
  const [c, h, w] = dy.shape!.slice(1) as [number, number, number];
  const [rows, columns] = axes.map((a) => a.kernel) as [number, number];
  const view = g.reshape(g.div(f.blocks(dy), count), [-1, 1, w, 1, block]);
  return g.reshape(g.expand(view, [1, rows, 1, columns, 1]), [-1, c, h * rows, w * columns]);
}

/** Returns the gradient as that of a convolution of each channel by itself, by equal weights. */
function byConvolution(
  f: Forms,
  dx: Value,
  { dy, axes, count }: { dy: Value; axes: readonly Axis[]; count: number },
): Value | undefined {
  const { g, block } = f;
  const c = dx.shape![1] as number;
  const shape = [c, 1, ...axes.map((a) => a.kernel)];
  const sizes = { x: dx.shape!, w: shape, axes, group: c, block };
  if (blocks.inputGradientForm(sizes) !== "blocked") return undefined;
  const w = g.constant(tensorOf(Array<number>(sizeOf(shape)).fill(1 / count), shape));
  return blocks.inputGradient(g, { dy: f.blocks(dy), w, axes, group: c, block });
}
