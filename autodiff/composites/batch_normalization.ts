/**
 * Batch normalization by the statistics of the batch, and its gradient, as composite nodes. X is `[N, C, d…]`.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { compositeNode, isPlainTensor, type Keeping } from "./composite_node.ts";

/** The operands of a batch normalization. */
export interface BatchNormalization {
  readonly x: Value;
  readonly scale: Value;
  readonly bias: Value;
  readonly epsilon: number;
}

/** The results of a batch normalization. */
export interface Normalized {
  readonly y: Value;
  /** The mean of each channel over the batch and all places, `[C]`. */
  readonly mean: Value;
  /** The mean square deviation from it, `[C]`. */
  readonly variance: Value;
}

/** Returns `y = scale (x - mean) / sqrt(variance + epsilon) + bias`: of one composite node, or of its expansion. */
export function batchNormalization(g: Graph, c: BatchNormalization, { composites }: Keeping): Normalized {
  const { x, scale, bias, epsilon } = c;
  if (!composites || x.known.shape?.length !== 4 || !isPlainTensor(x)) return writeBatchNormalization(g, c);
  const vector = { dtype: x.dtype, shape: [x.shape![1]!] };
  const [y, mean, variance] = compositeNode(g, "BatchNormalization", {
    inputs: [x, scale, bias],
    attributes: { epsilon: { type: "FLOAT", value: epsilon } },
    outputs: [{ dtype: x.dtype, shape: x.shape }, vector, vector],
  });
  return { y: y!, mean: mean!, variance: variance! };
}

/** Returns the operands of a `BatchNormalization`. */
export function batchNormalizationOf(node: Node): BatchNormalization {
  const [x, scale, bias] = node.inputs as [Value, Value, Value];
  return { x, scale, bias, epsilon: node.float("epsilon")! };
}

/**
 * Writes a batch normalization in `ai.onnx`: the batch's statistics are passed to the inference form.
 *
 * A float32 mean is off by up to 2e-7 of itself, which moves a whole channel. So the inference form gets the deviations
 * from that mean and, as their mean, what the rounding left of it.
 */
export function writeBatchNormalization(
  g: Graph,
  { x, scale, bias, epsilon }: BatchNormalization,
): Normalized {
  const rows = meansOfExamples(g, x);
  const mean = g.reduceMean(rows, [0], { keepdims: 0 });
  const left = g.reduceMean(g.sub(rows, mean), [0], { keepdims: 0 });
  const centered = g.sub(x, perChannel(g, mean, x));
  const variance = g.reduceMean(meansOfExamples(g, g.mul(centered, centered)), [0], { keepdims: 0 });
  const [y] = g.emit("BatchNormalization", [centered, scale, bias, left, variance], {
    attributes: { epsilon },
    share: false,
  });
  return { y: y!, mean, variance };
}

/**
 * Returns the mean of each channel of each example, `[N, C]`. A mean over the batch as well takes a second step: two
 * are faster in runtimes than one.
 */
function meansOfExamples(g: Graph, v: Value): Value {
  return v.rank <= 2 ? v : g.reduceMean(v, span(2, v.rank), { keepdims: 0 });
}

/** The operands of the gradient of a batch normalization. */
export interface BatchNormalizationGradient extends Omit<BatchNormalization, "bias"> {
  readonly dy: Value;
  readonly mean: Value;
  readonly variance: Value;
}

/** The cotangents of x, of the scale and of the bias. */
export type Cotangents = readonly [dx: Value, dScale: Value, dBias: Value];

/** Returns the cotangents: of one composite node, or of its expansion. */
export function batchNormalizationGradient(
  g: Graph,
  c: BatchNormalizationGradient,
  { composites }: Keeping,
): Cotangents {
  const { x, scale, dy, mean, variance, epsilon } = c;
  if (!composites || x.known.shape?.length !== 4 || ![x, dy].every(isPlainTensor)) {
    return writeBatchNormalizationGradient(g, c);
  }
  const vector = { dtype: x.dtype, shape: [x.shape![1]!] };
  return compositeNode(g, "BatchNormalizationGradient", {
    inputs: [dy, x, scale, mean, variance],
    attributes: { epsilon: { type: "FLOAT", value: epsilon } },
    outputs: [{ dtype: x.dtype, shape: x.shape }, vector, vector],
  }) as [Value, Value, Value];
}

/** Returns the operands of a `BatchNormalizationGradient`. */
export function batchNormalizationGradientOf(node: Node): BatchNormalizationGradient {
  const [dy, x, scale, mean, variance] = node.inputs as [Value, Value, Value, Value, Value];
  return { dy, x, scale, mean, variance, epsilon: node.float("epsilon")! };
}

/** Writes the cotangents in `ai.onnx`; products that they share are computed once. */
export function writeBatchNormalizationGradient(
  g: Graph,
  { x, scale, dy, mean, variance, epsilon }: BatchNormalizationGradient,
): Cotangents {
  const centered = g.sub(x, perChannel(g, mean, x));
  const inv = g.reciprocal(g.sqrt(g.add(variance, epsilon)));
  const dBias = sumToChannels(g, dy);
  const spread = sumToChannels(g, g.mul(dy, centered));
  const share = g.div(1, count(g, x, [0, ...span(2, x.rank)]));
  const c0 = g.mul(dBias, share);
  const c1 = g.mul(g.mul(spread, share), g.mul(inv, inv));
  const d = g.sub(g.sub(dy, perChannel(g, c0, x)), g.mul(centered, perChannel(g, c1, x)));
  const dx = g.mul(d, perChannel(g, g.mul(scale, inv), x));
  return [dx, g.mul(spread, inv), dBias];
}

/** Returns the axes `from` up to, not including, `to`. */
export function span(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** Returns a vector with one entry a channel, shaped to broadcast against `like`, `[N, C, d…]`. */
export function perChannel(g: Graph, vector: Value, like: Value): Value {
  const trailing = span(1, like.rank - 1);
  return trailing.length === 0 ? vector : g.unsqueeze(vector, trailing);
}

/** Returns the sum over all but the channels of `[N, C, d…]`: `[C]`. */
export function sumToChannels(g: Graph, v: Value): Value {
  if (v.rank < 2) return g.reduceSum(v, [0], { keepdims: 1 });
  // In two steps, which is faster in runtimes than one.
  const rows = v.rank === 2 ? v : g.reduceSum(v, span(2, v.rank), { keepdims: 0 });
  return g.reduceSum(rows, [0], { keepdims: 0 });
}

/** Returns how many elements the axes hold, as a float of the type of `x`. */
export function count(g: Graph, x: Value, axes: readonly number[]): Value {
  const sizes = g.gather(g.shape(x), g.constant(axes, "int64"), { axis: 0 });
  return g.cast(g.reduceProd(sizes, null, { keepdims: 0 }), { to: x.dtype });
}
