/**
 * Rules of the convolutions. X is `[N, C, d…]`, the weights W `[M, C/group, k…]`, Y `[N, M, o…]`.
 *
 * @module
 */
import type { Value } from "../../onnx/mod.ts";
import { inputGradient, weightGradient } from "../composites/mod.ts";
import type { Rule, Site } from "../site.ts";
import { type Axis, covered, spatial, windowAxes } from "../windows/mod.ts";

/** y = w * x + b, for any number of spatial axes, strides, pads, dilations and groups. */
export const conv: Rule = (s) => {
  const { g, node } = s;
  const [x, w] = [s.x(0), s.x(1)];
  const axes = windowAxes(node, { over: x, windows: s.y(), kernel: spatial(node, w) });
  const group = node.int("group")!;
  const { dy, target } = s;
  return [
    s.wants(0) ? inputGradient(g, { w, dy, axes, group }, s) : null,
    s.wants(1) ? weightGradient(g, { x, dy, shape: w.shape!, axes, group, target }, s) : null,
    biasGradient(s),
  ];
};

/**
 * Differentiates `ConvTranspose`, which computes a convolution's input gradient: its own gradients are that convolution
 * and its weight gradient, with the roles of x and dy exchanged.
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
  const dw = s.wants(1)
    ? weightGradient(g, { x: s.dy, dy: x, shape: w.shape!, axes, group, target: s.target }, s)
    : null;
  return [dx, dw, biasGradient(s)];
};

/** Returns the windows over the result of a ConvTranspose. */
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
  // In two steps, which is faster in runtimes than one.
  return s.g.reduceSum(s.g.reduceSum(s.dy, spatialAxes, { keepdims: 0 }), [0], { keepdims: 0 });
}
