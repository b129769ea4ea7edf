/**
 * Signal processing.
 *
 * @module
 */
import { type Dim, normalizeAxis } from "../tensor/mod.ts";
import { checkLeastRank, checkRank, dtypeAttribute, hasInput, shapeAt, shaped } from "./common.ts";
import { scalarOf } from "./contents.ts";
import { withDim } from "./dims.ts";
import type { InferNode, InferRule } from "./types.ts";

/** Returns how many frequencies a real signal of `length` has. */
function half(length: Dim | undefined, node: InferNode): Dim {
  return typeof length === "number" ? Math.floor(length / 2) + 1 : node.freshDim("bins");
}

/** `DFT`: the axis is an attribute up to opset 19, an input afterwards. The last dimension is real and imaginary part. */
const dft: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkLeastRank(x, 2, "the input");
  if (x === undefined) return [];
  const given = node.int("axis") ?? (hasInput(node, 2) ? scalarOf(node.inputs[2]) : -2);
  if (typeof given !== "number") {
    return shaped([...x.slice(0, -1).map(() => node.freshDim()), node.freshDim("parts")]);
  }
  const axis = normalizeAxis(given, x.length);
  const onesided = node.int("onesided") === 1, inverse = node.int("inverse") === 1;
  const length = hasInput(node, 1) ? scalarOf(node.inputs[1]) : undefined;
  const known = hasInput(node, 1) ? length : x[axis];
  const back = onesided && inverse;
  if (back && !hasInput(node, 1)) {
    const size = x[axis]!;
    const whole = typeof size === "number" ? 2 * (size - 1) : node.freshDim();
    return shaped(withDim(withDim(x, axis, whole), x.length - 1, 1));
  }
  const size = onesided && !inverse ? half(known, node) : known ?? node.freshDim();
  return shaped(withDim(withDim(x, axis, size), x.length - 1, back ? 1 : 2));
};

/** `STFT`: signal `[B, L, 1 or 2]`, result `[B, frames, bins, 2]`. */
const stft: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkRank(x, [2, 3], "input signal");
  if (x === undefined) return [];
  const step = scalarOf(node.inputs[1]);
  const length = hasInput(node, 3)
    ? scalarOf(node.inputs[3])
    : hasInput(node, 2)
    ? shapeAt(node, 2)?.[0]
    : x[1];
  const numbers = typeof length === "number" && typeof step === "number" && typeof x[1] === "number";
  const frames = numbers
    ? Math.floor(((x[1] as number) - (length as number)) / (step as number)) + 1
    : node.freshDim("frames");
  if (typeof frames === "number" && frames < 1) {
    throw new RangeError(`the frame length must be at most the signal's ${x[1]}, got ${length}`);
  }
  const bins = node.int("onesided") === 0 ? length ?? node.freshDim("bins") : half(length, node);
  return shaped([x[0]!, frames, bins, 2]);
};

const window: InferRule = (node) => [{
  dtype: dtypeAttribute(node, "output_datatype") ?? "float32",
  shape: [scalarOf(node.inputs[0]) ?? node.freshDim("window")],
}];

const mel: InferRule = (node) => [{
  dtype: dtypeAttribute(node, "output_datatype") ?? "float32",
  shape: [half(scalarOf(node.inputs[1]), node), scalarOf(node.inputs[0]) ?? node.freshDim("bands")],
}];

/** Rules of the signal operators. */
export const SIGNAL: Readonly<Record<string, InferRule>> = {
  BlackmanWindow: window,
  DFT: dft,
  HammingWindow: window,
  HannWindow: window,
  MelWeightMatrix: mel,
  STFT: stft,
};
