/**
 * Tangents of functions that work element by element, of symmetric ones, and of reductions.
 *
 * @module
 */
import type { Operand, Value } from "../../onnx/mod.ts";
import { filled, sizes } from "../site.ts";
import { transposedTwice } from "./transposed_twice.ts";
import { reversed, type TangentRule, type TangentSite, total } from "./site.ts";

/**
 * Multiplies the tangent of each operand with its slopes, where each element of the result depends on one element of each
 * operand: the reverse rule multiplies what it is given with them.
 */
export const byElements: TangentRule = (s) => [
  total(s.g, s.tangents.map((t, i) => (t === null ? null : reversed(s, { i, dy: t })))),
];

/** Returns zeros: the function is flat almost everywhere. */
export const flat: TangentRule = () => [];

/** Cast: y = x in another element type. */
export const cast: TangentRule = ({ g, node, tangents: [t] }) => [
  g.cast(t!, { to: node.outputs[0]!.dtype }),
];

/** LogSoftmax: ty = t - sum(softmax(x) t). */
export const logSoftmax: TangentRule = ({ g, node, tangents: [t] }) => {
  const weighted = g.mul(g.exp(node.outputs[0]!), t!);
  return [g.sub(t!, g.reduceSum(weighted, [node.int("axis")!], { keepdims: 1 }))];
};

/**
 * Adds up the tangent times the slopes over the same axes, where each element of the operand goes into one element of the
 * result: the reverse rule returns the slopes for a cotangent of ones.
 */
export const reduction: TangentRule = (s) => {
  const { g, node, tangents: [t] } = s;
  const slopes = reversed(s, { i: 0, dy: filled(g, node.outputs[0]!, 1) });
  return [slopes && g.reduceSum(g.mul(slopes, t!), axesOf(s), keptAxes(s))];
};

function axesOf({ node }: TangentSite): Operand | null {
  return node.inputs[1] ?? null;
}

function keptAxes({ node }: TangentSite): { keepdims: number; noop_with_empty_axes: number } {
  return { keepdims: node.int("keepdims")!, noop_with_empty_axes: node.int("noop_with_empty_axes") ?? 0 };
}

/** MaxPool: the tangent at the place of each window's maximum. WebGPU has no kernel that returns these places. */
export const maxPool: TangentRule = (s) => {
  if (s.target === "gpu") return transposedTwice(s);
  const { g, node, tangents: [t] } = s;
  const places = placesOf(s);
  const y = node.outputs[0]!;
  const picked = g.gather(g.reshape(t!, [-1]), g.reshape(places, [-1]), { axis: 0 });
  return [g.reshape(picked, sizes(g, y), { allowzero: 1 })];
};

/** Returns the second output of a `MaxPool`: for each window the place of its maximum among all elements. */
function placesOf({ g, node }: TangentSite): Value {
  const given = node.outputs[1];
  if (given && node.int("storage_order") !== 1) return given;
  return g.maxPool(node.inputs[0]!, {
    outputs: 2,
    auto_pad: node.string("auto_pad"),
    ceil_mode: node.int("ceil_mode"),
    dilations: node.ints("dilations"),
    kernel_shape: node.ints("kernel_shape")!,
    pads: node.ints("pads"),
    strides: node.ints("strides"),
  })[1]!;
}
