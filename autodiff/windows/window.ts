/**
 * Windows that slide over the spatial axes of `[N, C, d…]`: what convolution and pooling share.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { type Axis, coveredSize } from "./axis.ts";

/**
 * Returns the windows of a node that slides over `over` and computes one entry of `windows` from each.
 *
 * @param options.extra padding that the attributes do not speak of, as `output_padding` of `ConvTranspose`
 * @throws {TypeError} where a spatial size is known at run time only.
 */
export function windowAxes(
  node: Node,
  { over, windows, kernel }: { over: Value; windows: Value; kernel: readonly number[] },
): Axis[] {
  const [sizes, counts] = [spatial(node, over), spatial(node, windows)];
  const strides = node.ints("strides");
  const dilations = node.ints("dilations");
  const pads = node.ints("pads");
  const auto = node.string("auto_pad") ?? "NOTSET";
  return kernel.map((k, i) => {
    const [size, count, stride, dilation] = [sizes[i]!, counts[i]!, strides?.[i] ?? 1, dilations?.[i] ?? 1];
    const reach = (count - 1) * stride + (k - 1) * dilation + 1;
    const total = Math.max(0, reach - size);
    let begin = auto === "NOTSET" ? pads?.[i] ?? 0 : 0;
    if (auto === "SAME_UPPER") begin = Math.floor(total / 2);
    if (auto === "SAME_LOWER") begin = Math.ceil(total / 2);
    return { size, kernel: k, stride, dilation, begin, end: reach - size - begin, count };
  });
}

/** Returns the spatial sizes of `[N, C, d…]`. @throws {TypeError} where one is known at run time only. */
export function spatial(node: Node, x: Value): number[] {
  const sizes = x.shape?.slice(2);
  if (sizes?.every((d) => typeof d === "number")) return sizes as number[];
  throw new TypeError(
    `${node}: its gradient needs spatial sizes that are known before the run, got ${x}; give the model's input a fixed size`,
  );
}

/** Returns `x` with padding of `fill`, without the entries that no window reads: windows cover it exactly. */
export function covered(g: Graph, x: Value, { axes, fill }: { axes: readonly Axis[]; fill: number }): Value {
  return padded(g, x, axes.map((a) => [a.begin, a.end]), fill);
}

/** Returns `x` with entries of `fill` before and behind each spatial axis; negative numbers cut entries off. */
export function padded(g: Graph, x: Value, pads: readonly (readonly [number, number])[], fill = 0): Value {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  const spread = [0, 0, ...pads.map((p) => p[0]), 0, 0, ...pads.map((p) => p[1])];
  return g.pad(x, spread, g.constant(fill, x.dtype));
}

/**
 * Returns entry `at` of every window, `[N, C, count…]`, of what {@linkcode covered} made.
 *
 * @param options.first the first spatial axis; 2 by default
 */
export function entries(
  g: Graph,
  cover: Value,
  { axes, at, first = 2 }: { axes: readonly Axis[]; at: readonly number[]; first?: number },
): Value {
  const starts = axes.map((a, i) => at[i]! * a.dilation);
  const ends = axes.map((a, i) => starts[i]! + (a.count - 1) * a.stride + 1);
  if (axes.every((a, i) => starts[i] === 0 && ends[i] === coveredSize(a) && a.stride === 1)) {
    return cover;
  }
  return g.slice(cover, starts, ends, axes.map((_, i) => i + first), axes.map((a) => a.stride));
}

/**
 * Returns, window by window, the entries at some places of it as positions in what {@linkcode covered} made, whose
 * spatial axes count as one.
 */
export function entriesOfRows(axes: readonly Axis[], at: readonly (readonly number[])[]): number[] {
  const along = (position: (a: Axis, i: number) => number) =>
    axes.reduce((total, a, i) => total * coveredSize(a) + position(a, i), 0);
  const windows = places(axes.map((a) => ({ ...a, kernel: a.count })));
  const offsets = at.map((place) => along((a, i) => place[i]! * a.dilation));
  return windows.flatMap((window) => {
    const first = along((a, i) => window[i]! * a.stride);
    return offsets.map((offset) => first + offset);
  });
}

/** Returns all places in a window, the last axis fastest. */
export function places(axes: readonly Axis[]): number[][] {
  return axes.reduce<number[][]>(
    (done, a) => done.flatMap((at) => Array.from({ length: a.kernel }, (_, k) => [...at, k])),
    [[]],
  );
}
