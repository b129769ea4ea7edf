/**
 * The gradient of a convolution's weights, in `ai.onnx`. X is `[N, C, d…]`, the weights W `[M, C/group, k…]`, Y
 * `[N, M, o…]`.
 *
 * @module
 */
import type { DType, Graph, Value } from "../../onnx/mod.ts";
import { type WeightGradientForm, weightGradientForm } from "../forms/mod.ts";
import { dividedBy, reshapeTo, type Size, sizeAt, times } from "../sizes.ts";
import { transposed } from "../transposed.ts";
import { type Axis, covered, entries, extent, isIdle, padded, places, windowsOver } from "../windows/mod.ts";
import type { Correlation } from "./correlation.ts";
import { turned } from "./turned.ts";
import { unfoldedByExample, unfoldedOverExamples } from "./unfolded.ts";

/**
 * Returns the cotangent of w: `dw[m, c, k] = sum over n, o of dy[n, m, o] x[n, c, o stride + k dilation]`, in the form
 * that suits the shapes and the device.
 */
export function writeWeightGradient(g: Graph, c: Correlation): Value {
  const examples = c.x.shape?.[0];
  return WEIGHT_GRADIENTS[weightGradientForm({ ...c, examples }, c.target)](g, c);
}

const WEIGHT_GRADIENTS: Readonly<Record<WeightGradientForm, (g: Graph, c: Correlation) => Value>> = {
  "fewer-axes": withoutIdleAxes,
  "channels-last": byChannelsLast,
  "examples-as-channels": byExamplesAsChannels,
  columns: byColumns,
  places: (g, c) => byPlaces(g, c, byExample),
  "places-over-examples": (g, c) => byPlaces(g, c, acrossExamples),
  unfolded: unfoldedByExample,
  "unfolded-over-examples": unfoldedOverExamples,
};

/** Returns the gradient with idle axes counted as examples, in the form for the axes that are left. */
function withoutIdleAxes(g: Graph, c: Correlation): Value {
  const idle = c.axes.flatMap((a, i) => (isIdle(a) ? [i + 2] : []));
  const left = c.axes.map((_, i) => i + 2).filter((i) => !idle.includes(i));
  const among = (x: Value) => {
    const rest = left.map((i) => x.shape![i] as number);
    const factor = idle.reduce((total, i) => total * (x.shape![i] as number), 1);
    const shape = [times(g, sizeAt(g, x, 0), factor), sizeAt(g, x, 1), ...rest];
    return reshapeTo(g, g.transpose(x, { perm: [0, ...idle, 1, ...left] }), shape);
  };
  const shape = [0, 1, ...left].map((i) => c.shape[i]!);
  const axes = left.map((i) => c.axes[i - 2]!);
  return g.unsqueeze(writeWeightGradient(g, { ...c, x: among(c.x), dy: among(c.dy), shape, axes }), idle);
}

/**
 * Returns `dw` as a convolution with the examples as channels and, behind the spatial axes, the channels of x as one
 * axis more, over which dy has size 1: `[1, N, d…, C]` by `[M, N, o…, 1]` gives `[1, M, k…, C]`. The kernel copies
 * windows by whole rows of channels, in the nearest cache and on all threads; its product has M rows and `k C` columns.
 * With fewer channels in dy than in x they exchange their roles, which gives `dw` turned around.
 */
function byChannelsLast(g: Graph, c: Correlation): Value {
  const [m, channels] = c.shape;
  const x = padded(g, c.x, c.axes.map((a) => [Math.min(0, a.begin), Math.min(0, a.end)]));
  const axes = c.axes.map((a) => ({ ...a, begin: Math.max(0, a.begin), end: Math.max(0, a.end) }));
  const beyond = axes.map((a) => ({ ...a, begin: extent(a) - 1 - a.begin, end: extent(a) - 1 - a.end }));
  const order = axes.map((_, i) => i + 1);
  if (Number(m) < Number(channels) && beyond.every((a) => a.stride === 1 && a.begin >= 0 && a.end >= 0)) {
    const dw = turned(g, channelsAlong(g, { image: c.dy, kernel: x, axes: beyond }), order);
    return g.transpose(dw, { perm: [axes.length + 1, 0, ...order] });
  }
  const dw = channelsAlong(g, { image: x, kernel: c.dy, axes });
  return g.transpose(dw, { perm: [0, axes.length + 1, ...order] });
}

/** Adds the convolution of {@linkcode byChannelsLast}: `image` `[N, C, d…]`, `kernel` `[N, M, o…]` to `[M, k…, C]`. */
function channelsAlong(
  g: Graph,
  { image, kernel, axes }: { image: Value; kernel: Value; axes: readonly Axis[] },
): Value {
  const spatialAxes = axes.map((_, i) => i + 2);
  const x = g.unsqueeze(g.transpose(image, { perm: [0, ...spatialAxes, 1] }), [0]);
  const w = g.unsqueeze(g.transpose(kernel, { perm: [1, 0, ...spatialAxes] }), [axes.length + 2]);
  const y = g.conv(x, w, null, {
    pads: [...axes.map((a) => a.begin), 0, ...axes.map((a) => a.end), 0],
    // The windows of dw lie as far apart as the entries of the convolution's own, and their entries as far as its windows.
    strides: [...axes.map((a) => a.dilation), 1],
    dilations: [...axes.map((a) => a.stride), 1],
  });
  return g.squeeze(y, [0]);
}

/** Returns `dw` as a convolution over the examples: x `[C, N, d…]` by dy `[M, N, o…]` gives `[C, M, k…]`. */
function byExamplesAsChannels(g: Graph, { x, dy, axes }: Correlation): Value {
  const perm = [1, 0, ...axes.map((_, i) => i + 2)];
  const pads = [...axes.map((a) => a.begin), ...axes.map((a) => a.end)];
  return g.transpose(g.conv(g.transpose(x, { perm }), g.transpose(dy, { perm }), null, { pads }), { perm });
}

/** Returns `dw`, one place of the window at a time, by matrix products. */
function byPlaces(g: Graph, c: Correlation, sumAt: SumAt): Value {
  const { x, axes } = c;
  const { m, channels } = channelsOf(g, c);
  const at = sumAt(g, c, covered(g, x, { axes, fill: 0 }));
  const each = places(axes).map((place) => at(place));
  const last = each[0]!.rank;
  const stacked = each.length === 1
    ? each[0]!
    : g.concat(each.map((v) => g.unsqueeze(v, [last])), { axis: last });
  return reshapeTo(g, stacked, [m, channels, ...axes.map((a) => a.kernel)]);
}

/** Returns M and C/group, from the shape of w or of the images, whichever knows them. */
function channelsOf(
  g: Graph,
  { x, dy, shape: [m, channels], group }: Correlation,
): Record<"m" | "channels", Size> {
  return {
    m: typeof m === "number" ? m : sizeAt(g, dy, 1),
    channels: typeof channels === "number" ? channels : dividedBy(g, sizeAt(g, x, 1), group),
  };
}

/** Returns `dw` at a place of the window, its entries in the order of those of w. */
type SumAt = (g: Graph, c: Correlation, cover: Value) => (place: readonly number[]) => Value;

/** A matrix product for each example and group, summed over the examples. */
const byExample: SumAt = (g, c, cover) => {
  const { dy, axes, group } = c;
  const { m, channels } = channelsOf(g, c);
  const [examples, count] = [sizeAt(g, dy, 0), windowsOver(axes)];
  const right = transposed(g, reshapeTo(g, dy, [examples, group, dividedBy(g, m, group), count]));
  return (at) => {
    const left = reshapeTo(g, entries(g, cover, { axes, at }), [examples, group, channels, count]);
    const sum = g.reduceSum(g.matMul(left, right), [0], { keepdims: 0 });
    return transposed(g, sum);
  };
};

/** One matrix product over all examples, channels last: for images so small that an example's own is hardly a product. */
const acrossExamples: SumAt = (g, { shape, dy, axes }, cover) => {
  const [m, channels] = shape as [number, number];
  const spatialAxes = axes.map((_, i) => i + 2);
  const left = g.reshape(g.transpose(dy, { perm: [1, 0, ...spatialAxes] }), [m, -1]);
  const last = g.transpose(cover, { perm: [0, ...spatialAxes, 1] });
  return (at) => g.gemm(left, g.reshape(entries(g, last, { axes, at, first: 1 }), [-1, channels]));
};

/**
 * `dw` of channels each by itself. For each place of the window along the axes but the last, one matrix product a channel
 * multiplies every entry along the last axis of x with every one of dy; those that lie as far apart as a place of the window
 * are added up, by a product with a mask.
 */
function byColumns(g: Graph, { x, dy, shape, axes }: Correlation): Value {
  const [outer, last] = [axes.slice(0, -1), axes.at(-1)!];
  const channels = shape[0] as number;
  const perm = [1, 0, ...axes.map((_, i) => i + 2)];
  const cover = padded(g, x, [...outer.map((a) => [a.begin, a.end] as const), [0, 0]]);
  const image = g.transpose(cover, { perm });
  const right = g.reshape(g.transpose(dy, { perm }), [channels, -1, last.count]);
  const pairs = places(outer).map((at) => {
    const rows = g.reshape(entries(g, image, { axes: outer, at }), [channels, -1, last.size]);
    return g.reshape(g.matMul(transposed(g, rows), right), [channels, 1, -1]);
  });
  const stacked = pairs.length === 1 ? pairs[0]! : g.concat(pairs, { axis: 1 });
  const all = g.reshape(stacked, [-1, last.size * last.count]);
  return g.reshape(g.gemm(all, apart(g, last, x.dtype), null, { transB: 1 }), shape as number[]);
}

/** For each place of a window, which entries of the axis belong to which windows: `[kernel, size * count]` of 0 and 1. */
function apart(g: Graph, { size, kernel, stride, dilation, begin, count }: Axis, dtype: DType): Value {
  const mask = Array.from({ length: kernel * size * count }, (_, i) => {
    const [k, entry, window] = [Math.floor(i / (size * count)), Math.floor(i / count) % size, i % count];
    return entry === window * stride + k * dilation - begin ? 1 : 0;
  });
  return g.reshape(g.constant(mask, dtype), [kernel, size * count]);
}
