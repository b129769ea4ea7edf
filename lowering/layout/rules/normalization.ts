/**
 * Batch normalization: in inference form, over the batch, and the gradient over the batch.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../../onnx/mod.ts";
import { affine, meansOverPlaces } from "../../blocks/mod.ts";
import type { Forms } from "../forms.ts";
import type { LayoutRule } from "../rule.ts";
import { imageSizes } from "../shapes.ts";
import { pays } from "./elementwise.ts";

/** Writes BatchNormalization in inference form as one scale and one shift a channel. */
export const normalization: LayoutRule = (node, f) => {
  const [x, scale, bias, mean, variance] = node.inputs as [Value, Value, Value, Value, Value];
  if (node.int("training_mode") === 1 || node.outputs.length > 1 || !f.hasBlocks(x)) return false;
  // The runtime would read past vectors that are too short.
  if ([scale, bias, mean, variance].some((v) => v.shape?.[0] !== x.shape![1])) return false;
  const { g } = f;
  const factor = g.mul(f.plain(scale), inverse(f, variance, node));
  const shift = g.sub(f.plain(bias), g.mul(f.plain(mean), factor));
  const image = f.blocks(x);
  f.defer(node.outputs[0]!, (tail) => affine(g, image, { scale: factor, shift, ...tail }));
  return true;
};

/**
 * Writes batch normalization over the batch: y, and the mean and variance of the batch. What the rounding of the mean left, which
 * moves a whole channel, is subtracted with the bias.
 */
export const normalizationOfBatch: LayoutRule = (node, f) => {
  const [x, scale, bias] = node.inputs as [Value, Value, Value];
  const [y, mean, variance] = node.outputs as [Value, Value, Value];
  if (!f.hasBlocks(x) || x.dtype !== "float32") return false;
  const { g } = f;
  const image = f.blocks(x);
  const rows = meansOverPlaces(g, image);
  f.setPlain(mean, overExamples(g, rows));
  const centered = centeredAt(f, x, mean);
  f.setPlain(variance, overExamples(g, meansOverPlaces(g, g.mul(centered, centered))));
  const factor = g.mul(f.plain(scale), inverse(f, variance, node));
  const left = overExamples(g, g.sub(rows, f.plain(mean)));
  const shift = g.sub(f.plain(bias), g.mul(left, factor));
  f.defer(y, (tail) => affine(g, centered, { scale: factor, shift, ...tail }));
  return true;
};

/**
 * Writes the gradient of batch normalization over the batch. With `d` the cotangent, `c` the image less its means, `i` the
 * inverse of the deviation and `s = scale i`: `dx = s d - s mean(d) - s i^2 mean(d c) c`.
 */
export const normalizationGradient: LayoutRule = (node, f) => {
  const [dy, x, scale, mean, variance] = node.inputs as [Value, Value, Value, Value, Value];
  const [dx, dScale, dBias] = node.outputs;
  if (!f.canBlock(x) || x.dtype !== "float32" || !pays([dy, x], f)) return false;
  const { g } = f;
  const d = f.blocks(dy);
  const centered = centeredAt(f, x, mean);
  const i = inverse(f, variance, node);
  const perExample = [d, g.mul(d, centered)].map((v) => meansOverPlaces(g, v)) as [Value, Value];
  const [meanD, meanDC] = perExample.map((v) => overExamples(g, v)) as [Value, Value];
  const total = (k: 0 | 1) => totalOf(g, x, { perExample: perExample[k], mean: k ? meanDC : meanD });
  if (dx) {
    const s = g.mul(f.plain(scale), i);
    const k0 = g.neg(g.mul(s, meanD));
    const k1 = g.neg(g.mul(s, g.mul(meanDC, g.mul(i, i))));
    f.defer(
      dx,
      ({ sum, relu }) =>
        affine(g, d, { scale: s, sum: affine(g, centered, { scale: k1, shift: k0, sum }), relu }),
    );
  }
  if (dScale) f.setPlain(dScale, g.mul(total(1), i));
  if (dBias) f.setPlain(dBias, total(0));
  return true;
};

/** Returns `1 / sqrt(variance + epsilon)`. */
function inverse(f: Forms, variance: Value, node: Node): Value {
  const { g } = f;
  return g.reciprocal(g.sqrt(g.add(f.plain(variance), node.float("epsilon") ?? 1e-5)));
}

/** Returns the means over examples, `[N, C]` to `[C]`. */
function overExamples(g: Graph, rows: Value): Value {
  return g.reduceMean(rows, [0], { keepdims: 0 });
}

/** Returns an image less its channels' means, in blocks; the gradient reads the same tensor as the normalization. */
function centeredAt(f: Forms, x: Value, mean: Value): Value {
  return f.centered(mean, () => affine(f.g, f.blocks(x), { shift: f.g.neg(f.plain(mean)) }));
}

/** Returns a sum over examples and places from the means over places, or over both. */
function totalOf(g: Graph, x: Value, { perExample, mean }: { perExample: Value; mean: Value }): Value {
  const n = x.shape![0]!;
  const { h, w } = imageSizes(x)!;
  if (typeof n === "number") return g.mul(mean, n * h * w);
  return g.mul(g.reduceSum(perExample, [0], { keepdims: 0 }), h * w);
}
