/**
 * Rules of the normalization layers and of dropout.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { normalizeAxis } from "../../onnx/tensor/mod.ts";
import {
  batchNormalizationGradient,
  COMPOSITES,
  count,
  perChannel,
  span,
  sumToChannels,
} from "../composites/mod.ts";
import { reshapeLike, type Rule, type Site } from "../site.ts";
import { scaled, scaledGradient, standardized, standardizedGradient } from "../standardized.ts";

/**
 * y = scale (x - mean) / sqrt(var + epsilon) + b, a channel at a time. In the inference form mean and var are operands like
 * the others; in the training form they are the batch's own, and x moves them.
 */
export const batchNormalization: Rule = (s) => {
  if (s.node.int("training_mode") === 1) return batchNormalizationTraining(s);
  const { g, dy } = s;
  const [x, scale, mean, variance] = [s.x(0), s.x(1), s.x(3), s.x(4)];
  const inv = g.reciprocal(g.sqrt(g.add(variance, s.node.float("epsilon")!)));
  const slope = g.mul(scale, inv);
  const dx = s.wants(0) ? g.mul(dy, perChannel(g, slope, x)) : null;
  const dB = [2, 3].some((i) => s.wants(i)) ? sumToChannels(g, dy) : null;
  const spread = [1, 4].some((i) => s.wants(i))
    ? sumToChannels(g, g.mul(dy, g.sub(x, perChannel(g, mean, x))))
    : null;
  return [
    dx,
    s.wants(1) ? g.mul(spread!, inv) : null,
    dB,
    s.wants(3) ? g.neg(g.mul(dB!, slope)) : null,
    s.wants(4) ? g.mul(g.mul(spread!, -0.5), g.mul(slope, g.mul(inv, inv))) : null,
  ];
};

function batchNormalizationTraining(s: Site): (Value | null)[] {
  const { g, dy, node } = s;
  if (s.cotangents[1] || s.cotangents[2]) {
    throw new TypeError(
      `${node}: the gradient of its running statistics is not implemented: use its first output`,
    );
  }
  const x = s.x();
  const axes = x.rank < 2 ? [0] : [0, ...span(2, x.rank)];
  const own = standardized(g, x, { axes, epsilon: node.float("epsilon")! });
  const d = g.mul(dy, perChannel(g, s.x(1), x));
  return [
    s.wants(0) ? standardizedGradient(g, own, { d, axes }) : null,
    s.wants(1) ? sumToChannels(g, g.mul(dy, own.xhat)) : null,
    s.wants(2) ? sumToChannels(g, dy) : null,
  ];
}

/**
 * Returns the rule of a batch normalization by the batch's own statistics: of the composite node, or of the
 * `BatchNormalization` in inference form that stands for it. The result is that of `batchNormalization` and the
 * gradients of the two statistics together.
 */
export function batchNormalizationOfBatch(
  { x, mean, variance }: { x: Value; mean: Value; variance: Value },
): Rule {
  return (s) => {
    const { g, dy, node } = s;
    const c = { x, scale: s.x(1), dy, mean, variance, epsilon: node.float("epsilon")! };
    const [dx, dScale, dBias] = batchNormalizationGradient(g, c, s);
    if (node.domain === COMPOSITES) return [withStatistics(s, dx), dScale, dBias];
    // The inference form reads the deviations of x, whose own rule would subtract a mean that is 0 already.
    if (s.wantsValue(x)) s.add(x, dx);
    return [null, dScale, dBias];
  };
}

/** Adds to the cotangent of x those of the batch's mean and variance, where the loss depends on them. */
function withStatistics(s: Site, dx: Value): Value {
  const { g } = s;
  const x = s.x();
  const [, dMean, dVariance] = s.cotangents;
  if (!dMean && !dVariance) return dx;
  const share = g.div(1, count(g, x, [0, ...span(2, x.rank)]));
  const centered = g.sub(x, perChannel(g, s.y(1), x));
  const byMean = dMean ? g.add(dx, perChannel(g, g.mul(dMean, share), x)) : dx;
  return dVariance
    ? g.add(byMean, g.mul(centered, perChannel(g, g.mul(dVariance, g.mul(share, 2)), x)))
    : byMean;
}

/** y = scale xhat + b, xhat standardized over the axes from `axis` on; so are the outputs mean and 1/deviation. */
export const layerNormalization: Rule = (s) => {
  const { g, node } = s;
  const [x, scale] = [s.x(0), s.x(1)];
  const axes = span(normalizeAxis(node.int("axis")!, x.rank), x.rank);
  const own = standardized(g, x, { axes, epsilon: node.float("epsilon")! });
  const dy = s.dy;
  let dx = standardizedGradient(g, own, { d: g.mul(dy, scale), axes });
  const [, dMean, dInv] = s.cotangents;
  if (dMean || dInv) {
    const n = g.cast(g.div(g.size(x), g.size(own.inv)), { to: x.dtype });
    if (dMean) dx = g.add(dx, g.div(dMean, n));
    if (dInv) dx = g.sub(dx, g.mul(own.xhat, g.div(g.mul(dInv, g.mul(own.inv, own.inv)), n)));
  }
  // The sweep sums what scale and b were broadcast along.
  return [dx, s.wants(1) ? g.mul(dy, own.xhat) : null, dy];
};

/** y = scale x / sqrt(mean x^2 + epsilon), the mean over the axes from `axis` on. */
export const rmsNormalization: Rule = (s) => {
  const { g, dy, node } = s;
  const [x, scale] = [s.x(0), s.x(1)];
  const axes = span(normalizeAxis(node.int("axis")!, x.rank), x.rank);
  const own = scaled(g, x, { axes, epsilon: node.float("epsilon")! });
  const dx = scaledGradient(g, own, { d: g.mul(dy, scale), axes });
  return [dx, s.wants(1) ? g.mul(dy, own.xhat) : null];
};

/** y = scale xhat + b, each channel of each example standardized over its places. */
export const instanceNormalization: Rule = (s) => byGroups(s, null);

/** y = scale xhat + b, each group of channels of each example standardized together. */
export const groupNormalization: Rule = (s) => byGroups(s, s.node.int("num_groups")!);

/** @param groups how many groups the channels form; `null` if each channel is one */
function byGroups(s: Site, groups: number | null): (Value | null)[] {
  const { g, dy, node } = s;
  const x = s.x();
  const axes = groups === null ? span(2, x.rank) : [2];
  const grouped = (v: Value) => (groups === null ? v : g.reshape(v, [0, groups, -1]));
  const back = (v: Value) => (groups === null ? v : reshapeLike(g, v, x));
  const own = standardized(g, grouped(x), { axes, epsilon: node.float("epsilon")! });
  const d = grouped(g.mul(dy, perChannel(g, s.x(1), x)));
  return [
    s.wants(0) ? back(standardizedGradient(g, own, { d, axes })) : null,
    s.wants(1) ? sumToChannels(g, g.mul(dy, back(own.xhat))) : null,
    s.wants(2) ? sumToChannels(g, dy) : null,
  ];
}

/** y = (x - mean) / sqrt(var), over the axes given. */
export const meanVarianceNormalization: Rule = (s) => {
  const { g } = s;
  const axes = s.node.ints("axes") ?? [0, 2, 3];
  // Runtimes add less to the deviation than the rounding of a float32 variance.
  const own = standardized(g, s.x(), { axes, epsilon: 1e-18 });
  return [standardizedGradient(g, own, { d: s.dy, axes })];
};

/** y = x / |x|_p along an axis, for p = 1 or 2. At a norm of 0, both y and the slope are 0. */
export const lpNormalization: Rule = (s) => {
  const { g, dy, node } = s;
  const [x, y] = [s.x(), s.y()];
  const axes = [node.int("axis")!];
  const square = node.int("p") === 2;
  const norm = square ? g.reduceL2(x, axes, { keepdims: 1 }) : g.reduceSum(g.abs(x), axes, { keepdims: 1 });
  const dot = g.reduceSum(g.mul(dy, y), axes, { keepdims: 1 });
  const slope = g.div(g.sub(dy, g.mul(square ? y : g.sign(x), dot)), norm);
  return [g.where(g.equal(norm, 0), 0, slope)];
};

/**
 * y = x s^-beta with s = bias + alpha/size times the sum of x^2 over `size` neighboring channels:
 * dx = dy s^-beta - 2 alpha beta / size x times the sum, over the channels it is a neighbor of, of dy x s^(-beta - 1).
 */
export const lrn: Rule = (s) => {
  const { g, dy, node } = s;
  const x = s.x();
  const [size, alpha, beta] = [node.int("size")!, node.float("alpha")!, node.float("beta")!];
  const before = Math.floor((size - 1) / 2);
  const after = size - 1 - before;
  const total = g.add(
    g.mul(channelSums(g, g.mul(x, x), { before, after }), alpha / size),
    node.float("bias")!,
  );
  const direct = g.mul(dy, g.pow(total, -beta));
  const shared = channelSums(g, g.div(g.mul(direct, x), total), { before: after, after: before });
  return [g.sub(direct, g.mul(g.mul(x, shared), 2 * alpha * beta / size))];
};

/** Returns for each channel of `[N, C, d…]` the sum over itself and the given numbers of channels before and after. */
function channelSums(g: Graph, v: Value, { before, after }: { before: number; after: number }): Value {
  const none = span(2, v.rank).map(() => 0);
  const wide = g.pad(v, [0, before, ...none, 0, after, ...none], g.constant(0, v.dtype));
  const shifted = span(0, before + after + 1).map((k) => {
    const behind = before + after - k;
    return g.slice(wide, [k], [behind === 0 ? 2 ** 31 - 1 : -behind], [1]);
  });
  // Slices of symbolic sizes: the sum has the shape of v.
  return shifted.length === 1 ? v : g.sum(shifted);
}

/**
 * y = x at inference. The training form draws its mask from a generator of the runtime's own, which no gradient can
 * follow: training programs replace it by masks of their own before they differentiate.
 */
export const dropout: Rule = (s) => {
  const training = s.optional(2);
  if (training === null || Number(training.tensor?.data[0]) === 0) return [s.dy];
  throw new TypeError(
    `${s.node}: its training form draws from a hidden generator; leave input training_mode out, training programs drop out by themselves`,
  );
};
