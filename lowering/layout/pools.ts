/**
 * Entries of the windows of pools over images in blocks. An axis of such an image is `[before, size, behind]` in memory,
 * with `W b` or `b` entries behind each of its own.
 *
 * @module
 */
import { type Axis, idleAxis } from "../../autodiff/windows/mod.ts";
import type { Graph, Value } from "../../onnx/mod.ts";
import { maxPool } from "../blocks/mod.ts";

/** A spatial axis of an image: 2 or 3. */
export type Place = 2 | 3;

/** Windows along one axis of images in blocks. */
export interface Along {
  readonly axis: Place;
  readonly windows: Axis;
  readonly block: number;
}

/** Returns the maxima of windows along one axis alone. */
export function maximaAlong(g: Graph, x: Value, { axis, windows }: Along): Value {
  const other = idleAxis(x.shape![5 - axis] as number);
  return maxPool(g, x, axis === 2 ? [windows, other] : [other, windows]);
}

/** Returns entry `at` of each window along one axis. */
export function entryAlong(g: Graph, x: Value, { at, ...along }: Along & { at: number }): Value {
  const { axis, windows, block } = along;
  const { size, stride, count } = windows;
  // As the maximum of windows of one entry: pools use all threads, slices do not.
  if (at === 0 && Math.floor((size - 1) / stride) + 1 === count) {
    return maximaAlong(g, x, { ...along, windows: { ...windows, kernel: 1, end: 0 } });
  }
  const view = g.reshape(x, [-1, size, behind(x, axis, block)]);
  const from = at * windows.dilation;
  const taken = g.slice(view, [from], [from + (count - 1) * stride + 1], [1], [stride]);
  return shapedAs(g, taken, x, { axis, size: count });
}

/**
 * Returns an image in which entry `k` of each window along one axis is that of `parts[k]`, and what no window reads is 0.
 * The windows do not overlap and lie within the axis.
 */
export function interleaved(g: Graph, parts: readonly Value[], { axis, windows, block }: Along): Value {
  const [first] = parts as [Value, ...Value[]];
  const each = behind(first, axis, block);
  const { size, stride, count } = windows;
  if (parts.length === 1 && stride === 1 && count === size) return first;
  const views = parts.map((v) => g.reshape(v, [-1, each]));
  const side = views.length === 1 ? views[0]! : g.concat(views, { axis: 1 });
  const gap = stride - parts.length;
  const spread = gap === 0 ? side : g.pad(side, [0, 0, 0, gap * each]);
  const before = 0 - windows.begin;
  const after = size - before - count * stride;
  const whole = before === 0 && after === 0
    ? spread
    : g.pad(g.reshape(spread, [-1, count * stride * each]), [0, before * each, 0, after * each]);
  return shapedAs(g, whole, first, { axis, size });
}

/** Returns how many entries lie in memory from one entry along an axis to the next. */
export function behind(x: Value, axis: Place, block: number): number {
  return axis === 2 ? (x.shape![3] as number) * block : block;
}

/** Returns entries as an image of the shape of `x`, but for the size of one axis. */
export function shapedAs(g: Graph, v: Value, x: Value, { axis, size }: { axis: Place; size: number }): Value {
  const shape = x.shape!.map((d, i) => (i === axis ? size : d));
  const result = g.reshape(v, shape.map((d) => (typeof d === "number" ? d : -1)));
  result.known = { ...result.known, shape };
  return result;
}
