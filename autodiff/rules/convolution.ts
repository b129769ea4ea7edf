/**
 * Rules of the convolutions. X is `[N, C, d…]`, the weights W `[M, C/group, k…]`, Y `[N, M, o…]`.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { Rule, Site } from "../site.ts";
import { type Axis, covered, entries, extent, padded, places, spatial, windowAxes } from "./window.ts";

/** Bytes of one example's columns up to which the weight gradient is one product over all of them. */
const COLUMN_BYTES = 2 ** 23;

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
  return s.g.reduceSum(s.dy, [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2)], { keepdims: 0 });
}

/**
 * The cotangent of x. With strides of 1 it is a convolution of dy by the kernel turned round, which runtimes compute
 * faster than `ConvTranspose`, the general form.
 */
function inputGradient(g: Graph, { w, dy, axes, group }: Convolution): Value {
  const dilations = axes.map((a) => a.dilation);
  const before = axes.map((a) => extent(a) - 1 - a.begin);
  const after = axes.map((a) => extent(a) - 1 - a.end);
  if (axes.every((a) => a.stride === 1) && [...before, ...after].every((p) => p >= 0)) {
    return g.conv(dy, turned(g, w, group), null, { pads: [...before, ...after], dilations, group });
  }
  const dx = g.convTranspose(dy, w, null, {
    strides: axes.map((a) => a.stride),
    dilations,
    group,
  });
  return padded(g, dx, axes.map((a) => [-a.begin, -a.end]));
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
 * The cotangent of w: `dw[m, c, k] = sum over n, o of dy[n, m, o] x[n, c, o stride + k dilation]`.
 */
function weightGradient(g: Graph, c: Convolution): Value {
  return c.w.shape![1] === 1 ? byConvolution(g, c) : byProducts(g, c);
}

/**
 * The entries of all places side by side, times dy: one product an example and group, summed over the examples. Where
 * that would take much memory, a product for each place.
 */
function byProducts(g: Graph, { x, w, dy, axes, group }: Convolution): Value {
  const [m, c, ...kernel] = w.shape as number[];
  const count = axes.reduce((n, a) => n * a.count, 1);
  const all = places(axes);
  const cover = covered(g, x, { axes, fill: 0 });
  // [N, G, o, M/G]
  const last = g.transpose(g.reshape(dy, [-1, group, m! / group, count]), { perm: [0, 1, 3, 2] });
  const columns = all.map((at) => g.reshape(entries(g, cover, { axes, at }), [-1, group, c!, count]));
  const product = (rows: Value) => g.reduceSum(g.matMul(rows, last), [0], { keepdims: 0 });
  const together = 4 * group * c! * all.length * count <= COLUMN_BYTES;
  const products = together
    ? product(columns.length === 1 ? columns[0]! : g.concat(columns, { axis: 2 }))
    : g.concat(columns.map(product), { axis: 1 });
  // [G, k C/G, M/G] to [G, M/G, C/G, k].
  const apart = g.reshape(products, [group, all.length, c!, m! / group]);
  return g.reshape(g.transpose(apart, { perm: [0, 3, 2, 1] }), [m!, c!, ...kernel]);
}

/** A convolution with examples in the place of channels, strides in that of dilations, and dy as its kernel. */
function byConvolution(g: Graph, { x, w, dy, axes, group }: Convolution): Value {
  const [m, c, ...kernel] = w.shape as number[];
  const spatialAxes = axes.map((_, i) => i + 2);
  const perm = [1, 0, ...spatialAxes];
  let cover = covered(g, x, { axes, fill: 0 });
  const size = cover.shape!.slice(2) as number[];
  if (group === 1) cover = g.transpose(cover, { perm });
  else {
    // [N, G C', d…] to [C', G N, d…]: each group's examples are its channels.
    const apart = g.reshape(cover, [-1, group, c!, ...size]);
    const exchanged = g.transpose(apart, { perm: [2, 1, 0, ...size.map((_, i) => i + 3)] });
    cover = g.reshape(exchanged, [c!, -1, ...size]);
  }
  const dw = g.conv(cover, g.transpose(dy, { perm }), null, {
    strides: axes.map((a) => a.dilation),
    dilations: axes.map((a) => a.stride),
    group,
  });
  return g.reshape(g.transpose(dw, { perm }), [m!, c!, ...kernel]);
}
