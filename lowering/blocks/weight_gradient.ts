/**
 * The gradient of a convolution with respect to its weights, over blocked tensors.
 *
 * @module
 */
import type { Graph, Shape, Value } from "../../onnx/mod.ts";
import type { Axis } from "../../autodiff/windows/mod.ts";
import { type Block, channelsOf, nchwc, padTo } from "./block.ts";
import { type Checked, examplesAsChannels, placesAlong } from "./examples.ts";
import { maxPool } from "./pool.ts";
import { firstEntries, plainWeights } from "./weights.ts";

/** The gradient of a convolution with respect to its weights. */
export interface WeightGradient {
  /** The image: blocked with padded channels, or plain. */
  readonly x: Value;
  /** The gradient of the loss with respect to the result, blocked: `[N, M', H', W']`, M' a padded M. */
  readonly dy: Value;
  /** The shape of the weights: `[M, C/group, kh, kw]`. */
  readonly shape: Shape;
  /** The layout of the windows, one for each spatial axis. */
  readonly axes: readonly Axis[];
  /** The number of groups of channels: 1, or C with M = C. */
  readonly group: number;
  /** The block. */
  readonly block: Block;
  /** Whether x is blocked. */
  readonly xIsBlocked: boolean;
}

/**
 * Returns the gradient with respect to the weights, plain: `[M, C/group, kh, kw]`.
 *
 * @throws {RangeError} when the batch is not known, the channels do not fit, the groups are others than stated, or
 *   padding is negative: {@linkcode weightGradientForm} tells.
 */
export function weightGradient(g: Graph, c: WeightGradient): Value {
  const { x, dy, axes, group, block } = c;
  const [m, each] = c.shape as readonly number[] as Checked["shape"];
  const [have, channels] = [channelsOf(x, "weightGradient"), each * group];
  const byChannel = group !== 1;
  const fits = have === (c.xIsBlocked ? padTo(channels, block) : channels) &&
    channelsOf(dy, "weightGradient") === padTo(m, block) && (!byChannel || (group === m && each === 1));
  if (!fits || (byChannel && !c.xIsBlocked)) {
    throw new RangeError(
      `weightGradient: ${x} and ${dy} in ${group} groups do not fit weights [${c.shape}] in blocks of ${block}`,
    );
  }
  if (typeof x.shape![0] !== "number" || axes.some((a) => a.begin < 0)) {
    throw new RangeError(`weightGradient: the batch of ${x} must be known, and padding must not be negative`);
  }
  const known = { ...c, shape: c.shape as Checked["shape"], axes: axes as Checked["axes"] };
  return byChannel
    ? channelByChannel(g, known)
    : examplesAsChannels(g, c.xIsBlocked ? picked(g, known) : known);
}

/** Returns the gradient with only those entries of x that 1x1 windows read; a pool of one entry copies them fastest. */
function picked(g: Graph, c: Checked): Checked {
  const { axes } = c;
  if (!axes.every((a) => a.kernel === 1 && a.begin === 0 && a.end <= 0)) return c;
  if (axes.every((a) => a.stride === 1)) return c;
  const [h, w] = axes.map((a) => ({ ...a, size: a.count, stride: 1, end: 0 })) as [Axis, Axis];
  return { ...c, x: maxPool(g, c.x, axes), axes: [h, w] };
}

/**
 * The gradient of channels each by itself: a convolution of each channel of each example by the channel of dy, both as
 * they lie in memory.
 */
function channelByChannel(g: Graph, { x, dy, shape: [c, , kh, kw], axes, block }: Checked): Value {
  const [n, all, height, width] = x.shape as [number, number, number, number];
  const [h, w] = axes;
  const size = axes.map((a) => placesAlong(a, a.dilation));
  const each = nchwc(g, "Conv", [
    g.reshape(x, [1, n * all, height, width]),
    g.reshape(dy, [n * all, 1, h.count, w.count]),
  ], {
    attributes: {
      kernel_shape: axes.map((a) => a.count),
      strides: axes.map((a) => a.dilation),
      dilations: axes.map((a) => a.stride),
      pads: [...axes.map((a) => a.begin), ...axes.map((a) => Math.max(0, a.end))],
      group: n * all,
    },
    shape: [1, n * all, ...size],
  });
  const entries = all * size[0]! * size[1]!;
  const sum = g.reduceSum(g.reshape(each, [n, entries]), [0], { keepdims: 0 });
  const blocks = firstEntries(g, g.reshape(sum, [all / block, ...size, block]), [all / block, kh, kw, block]);
  return plainWeights(g, g.unsqueeze(blocks, [1]), c);
}
