/**
 * The gradient of a convolution's input, in `ai.onnx`. X is `[N, C, d…]`, the weights W `[M, C/group, k…]`, Y
 * `[N, M, o…]`.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { inputGradientForm } from "../forms/mod.ts";
import { dividedBy, reshapeTo, sizeAt, times } from "../sizes.ts";
import { type Axis, extent, padded } from "../windows/mod.ts";
import { turned } from "./turned.ts";

/** The operands of the gradient of x: the weights, and the cotangent of the result. */
export interface InputGradient {
  readonly w: Value;
  readonly dy: Value;
  /** The windows over x, one for each spatial axis. */
  readonly axes: readonly Axis[];
  readonly group: number;
}

/**
 * Returns the cotangent of x: a `ConvTranspose` of dy by the kernel or, with strides of 1, a convolution of dy by the
 * kernel turned around.
 */
export function writeInputGradient(g: Graph, { w, dy, axes, group }: InputGradient): Value {
  const dilations = axes.map((a) => a.dilation);
  const before = axes.map((a) => extent(a) - 1 - a.begin);
  const after = axes.map((a) => extent(a) - 1 - a.end);
  if (inputGradientForm({ shape: w.shape!, axes, group }) === "convolution") {
    return g.conv(dy, exchanged(g, w, group), null, { pads: [...before, ...after], dilations, group });
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

/** Returns the kernel turned around, input and output channels exchanged: `[M, C/G, k…]` to `[C, M/G, k…]`. */
function exchanged(g: Graph, w: Value, group: number): Value {
  const kernel = w.shape!.slice(2) as number[];
  const axes = kernel.map((_, i) => i + 2);
  const back = turned(g, w, axes);
  if (group === 1) return g.transpose(back, { perm: [1, 0, ...axes] });
  const [m, c] = [sizeAt(g, w, 0), sizeAt(g, w, 1)];
  if (m === group && c === 1) return back;
  const grouped = reshapeTo(g, back, [group, dividedBy(g, m, group), c, ...kernel]);
  const swapped = g.transpose(grouped, { perm: [0, 2, 1, ...kernel.map((_, i) => i + 3)] });
  return reshapeTo(g, swapped, [times(g, c, group), dividedBy(g, m, group), ...kernel]);
}
