/**
 * Rules of the convolutions. X is `[N, C, d…]`, the weights W `[M, C/group, k…]`, Y `[N, M, o…]`.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { Rule, Site } from "../site.ts";
import { type Axis, covered, entries, extent, padded, places, spatial, windowAxes } from "./window.ts";

/** A convolution without its bias: from `x` over the windows of `axes`, with the cotangent of the result. */
interface Convolution {
  readonly x: Value;
  readonly w: Value;
  readonly dy: Value;
  readonly axes: readonly Axis[];
  readonly group: number;
}

/** y = w * x + b, for any number of spatial axes, strides, pads, dilations and groups. */
export const conv: Rule = (s) => {
  const { g, node } = s;
  const [x, w] = [s.x(0), s.x(1)];
  const axes = windowAxes(node, { over: x, windows: s.y(), kernel: spatial(node, w) });
  const c = { x, w, dy: s.dy, axes, group: node.int("group")! };
  return [
    s.wants(0) ? inputGradient(g, c) : null,
    s.wants(1) ? weightGradient(g, c) : null,
    biasGradient(s),
  ];
};

/**
 * ConvTranspose takes the way of a convolution's input gradient: its own gradients are that convolution and its weight
 * gradient, with the roles of x and dy exchanged.
 */
export const convTranspose: Rule = (s) => {
  const { g, node } = s;
  const [x, w] = [s.x(0), s.x(1)];
  const axes = transposedAxes(s, spatial(node, w));
  const group = node.int("group")!;
  const dx = s.wants(0)
    ? g.conv(covered(g, s.dy, { axes, fill: 0 }), w, null, {
      strides: axes.map((a) => a.stride),
      dilations: axes.map((a) => a.dilation),
      group,
    })
    : null;
  const dw = s.wants(1) ? weightGradient(g, { x: s.dy, w, dy: x, axes, group }) : null;
  return [dx, dw, biasGradient(s)];
};

/** The windows over the result of a ConvTranspose. */
function transposedAxes(s: Site, kernel: readonly number[]): Axis[] {
  const { node } = s;
  const extra = node.ints("output_padding");
  const auto = node.string("auto_pad") ?? "NOTSET";
  const given = node.ints("output_shape") !== undefined;
  return windowAxes(node, { over: s.y(), windows: s.x(0), kernel }).map((a, i) => {
    if (!given && !auto.startsWith("SAME")) return a;
    const total = Math.max(0, a.begin + a.end + (extra?.[i] ?? 0));
    const begin = auto === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2);
    return { ...a, begin, end: a.begin + a.end - begin };
  });
}

/** b is added at every place of its channel. */
function biasGradient(s: Site): Value | null {
  if (!s.wants(2) || s.optional(2) === null) return null;
  const rank = s.dy.rank;
  const spatialAxes = Array.from({ length: rank - 2 }, (_, i) => i + 2);
  // In two steps, which runtimes do in less time than in one.
  return s.g.reduceSum(s.g.reduceSum(s.dy, spatialAxes, { keepdims: 0 }), [0], { keepdims: 0 });
}

/**
 * The cotangent of x. With strides of 1 it is a convolution of dy by the kernel turned round, which runtimes compute faster
 * than `ConvTranspose`, the general form, but for few channels and for images that the convolution has made much smaller;
 * `bench/README.md` tells what was measured.
 */
function inputGradient(g: Graph, { w, dy, axes, group }: Convolution): Value {
  const dilations = axes.map((a) => a.dilation);
  const before = axes.map((a) => extent(a) - 1 - a.begin);
  const after = axes.map((a) => extent(a) - 1 - a.end);
  const shrinks = axes.reduce((n, a) => n * a.size / a.count, 1) >= 1.5;
  const few = (w.shape![1] as number) < 8 && group === 1;
  if (!shrinks && !few && axes.every((a) => a.stride === 1) && [...before, ...after].every((p) => p >= 0)) {
    return g.conv(dy, turned(g, w, group), null, { pads: [...before, ...after], dilations, group });
  }
  const cropped = axes.every((a) => a.begin >= 0 && a.end >= 0);
  const dx = g.convTranspose(dy, w, null, {
    strides: axes.map((a) => a.stride),
    dilations,
    group,
    ...(cropped ? { pads: [...axes.map((a) => a.begin), ...axes.map((a) => a.end)] } : {}),
  });
  return cropped ? dx : padded(g, dx, axes.map((a) => [-a.begin, -a.end]));
}

/** The kernel turned round along every axis, input and output channels exchanged: `[M, C/G, k…]` to `[C, M/G, k…]`. */
function turned(g: Graph, w: Value, group: number): Value {
  const kernel = w.shape!.slice(2) as number[];
  const axes = kernel.map((_, i) => i + 2);
  const back = kernel.every((k) => k === 1)
    ? w
    : g.slice(w, kernel.map(() => -1), kernel.map((k) => -k - 1), axes, kernel.map(() => -1));
  if (group === 1) return g.transpose(back, { perm: [1, 0, ...axes] });
  const [m, c] = w.shape as number[];
  if (m === group && c === 1) return back;
  const grouped = g.reshape(back, [group, m! / group, c!, ...kernel]);
  const exchanged = g.transpose(grouped, { perm: [0, 2, 1, ...kernel.map((_, i) => i + 3)] });
  return g.reshape(exchanged, [group * c!, m! / group, ...kernel]);
}

/**
 * The cotangent of w: `dw[m, c, k] = sum over n, o of dy[n, m, o] x[n, c, o stride + k dilation]`, a place k of the window
 * at a time. How the sum is taken depends on the shapes; `bench/README.md` tells what was measured.
 */
function weightGradient(g: Graph, c: Convolution): Value {
  const { w, x, axes, group } = c;
  const [m, channels] = w.shape as [number, number];
  if (suitsConvolution(c)) return byConvolution(g, c);
  if (suitsRows(c)) return byRows(g, c);
  const count = axes.reduce((n, a) => n * a.count, 1);
  const depthwise = channels === 1 && m === group;
  const sumAt = depthwise && count < 1024
    ? elementwise
    : group === 1 && 2 * count <= Math.max(m, channels)
    ? acrossExamples
    : byExample;
  const at = sumAt(g, c, covered(g, x, { axes, fill: 0 }));
  const each = places(axes).map((place) => at(place));
  const last = each[0]!.rank;
  const stacked = each.length === 1
    ? each[0]!
    : g.concat(each.map((v) => g.unsqueeze(v, [last])), { axis: last });
  return g.reshape(stacked, w.shape as number[]);
}

/** Whether `dw` is best had as a convolution: of large windows, or of few channels. */
function suitsConvolution({ w, axes, group }: Convolution): boolean {
  const [, channels, ...kernel] = w.shape as number[];
  const size = kernel.reduce((n, k) => n * k, 1);
  const plain = axes.every((a) => a.stride === 1 && a.dilation === 1 && a.begin >= 0 && a.end >= 0);
  return group === 1 && plain && (channels! <= 3 || (size >= 25 && channels! <= 32));
}

/** `dw` as the convolution of x by dy, the examples as channels: `[C, N, d…]` by `[M, N, o…]` gives `[C, M, k…]`. */
function byConvolution(g: Graph, { x, dy, axes }: Convolution): Value {
  const perm = [1, 0, ...axes.map((_, i) => i + 2)];
  const pads = [...axes.map((a) => a.begin), ...axes.map((a) => a.end)];
  return g.transpose(g.conv(g.transpose(x, { perm }), g.transpose(dy, { perm }), null, { pads }), { perm });
}

/** Whether whole rows of x are multiplied by rows of dy to advantage: wide ones, and no more of dy than of x to be copied. */
function suitsRows({ w, axes, group }: Convolution): boolean {
  const last = axes.at(-1)!;
  const [m, channels] = w.shape as [number, number];
  return group === 1 && m <= channels && last.stride === 1 && last.kernel > 1 && last.count >= 32;
}

/**
 * A product of matrices for each example, and for each place but along the last axis: there dy is moved along rows as wide
 * as those of x, once for each of the kernel's columns, and all of them are multiplied at once. Of x only whole rows are
 * cut out.
 */
function byRows(g: Graph, { x, w, dy, axes }: Convolution): Value {
  const [m, channels, ...kernel] = w.shape as [number, number, ...number[]];
  const last = axes.at(-1)!;
  const width = last.size + last.begin + last.end;
  const outer = axes.slice(0, -1);
  const count = outer.reduce((n, a) => n * a.count, width);
  const moved = Array.from({ length: last.kernel }, (_, k) => {
    const before = k * last.dilation;
    return padded(g, dy, [...outer.map(() => [0, 0] as const), [before, width - last.count - before]]);
  });
  const left = g.reshape(g.concat(moved, { axis: 1 }), [-1, last.kernel * m, count]);
  const cover = covered(g, x, { axes, fill: 0 });
  const whole = axes.with(-1, { ...last, kernel: 1, count: width });
  const each = places(whole).map((at) => {
    const rows = g.reshape(entries(g, cover, { axes: whole, at }), [-1, channels, count]);
    return g.reduceSum(g.matMul(left, g.transpose(rows, { perm: [0, 2, 1] })), [0], { keepdims: 1 });
  });
  // `[places, columns, M, C]` to the order of w.
  const sums = each.length === 1 ? each[0]! : g.concat(each, { axis: 0 });
  const stacked = g.reshape(sums, [each.length, last.kernel, m, channels]);
  return g.reshape(g.transpose(stacked, { perm: [2, 3, 0, 1] }), [m, channels, ...kernel]);
}

/** What `dw` is at each place of the window, its entries in the order of those of w. */
type SumAt = (g: Graph, c: Convolution, cover: Value) => (place: readonly number[]) => Value;

/** A matrix product for each example and group, summed over the examples. */
const byExample: SumAt = (g, { w, dy, axes, group }, cover) => {
  const [m, channels] = w.shape as [number, number];
  const count = axes.reduce((n, a) => n * a.count, 1);
  const right = g.transpose(g.reshape(dy, [-1, group, m / group, count]), { perm: [0, 1, 3, 2] });
  return (at) => {
    const left = g.reshape(entries(g, cover, { axes, at }), [-1, group, channels, count]);
    const sum = g.reduceSum(g.matMul(left, right), [0], { keepdims: 0 });
    return g.transpose(sum, { perm: [0, 2, 1] });
  };
};

/** One matrix product over all examples, channels last: for images so small that an example's own is hardly a product. */
const acrossExamples: SumAt = (g, { w, dy, axes }, cover) => {
  const [m, channels] = w.shape as [number, number];
  const spatialAxes = axes.map((_, i) => i + 2);
  const left = g.reshape(g.transpose(dy, { perm: [1, 0, ...spatialAxes] }), [m, -1]);
  const last = g.transpose(cover, { perm: [0, ...spatialAxes, 1] });
  return (at) => g.gemm(left, g.reshape(entries(g, last, { axes, at, first: 1 }), [-1, channels]));
};

/** Each channel by itself. */
const elementwise: SumAt = (g, { dy, axes }, cover) => {
  const spatialAxes = axes.map((_, i) => i + 2);
  return (at) => {
    const product = g.mul(entries(g, cover, { axes, at }), dy);
    return g.reduceSum(g.reduceSum(product, spatialAxes, { keepdims: 0 }), [0], { keepdims: 0 });
  };
};
