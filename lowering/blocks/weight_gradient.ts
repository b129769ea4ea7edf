/**
 * The gradient of a convolution with respect to its weights, over blocked tensors.
 *
 * @module
 */
import type { Graph, Shape, Value } from "../../onnx/mod.ts";
import type { Axis } from "../../autodiff/windows/mod.ts";
import { type Block, channelsLast, channelsOf, nchwc, padTo } from "./block.ts";

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
  return byChannel ? channelByChannel(g, known) : examplesAsChannels(g, known);
}

/** A gradient whose operands were checked. */
interface Checked extends WeightGradient {
  readonly shape: readonly [number, number, number, number];
  readonly axes: readonly [Axis, Axis];
}

/**
 * How many places a convolution of x by dy has along an axis: those of the window, and as many as there are entries that
 * no window reads.
 */
function placesAlong(a: Axis, step: number): number {
  return Math.floor((a.size + a.begin + Math.max(0, a.end) - (a.count - 1) * a.stride - 1) / step) + 1;
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
  const plain = g.reshape(g.transpose(blocks, { perm: [0, 3, 1, 2] }), [all, 1, kh, kw]);
  return firstEntries(g, plain, [c, 1, kh, kw]);
}

/**
 * The gradient as a convolution in which examples are the channels, and the channels of x lie along the width, behind
 * each of its entries: `[1, N, H, W C]` by `[M, N, H', W']`, whose entries are as far apart as the channels are many. Each
 * block of examples is a group, which gives the runtime's threads something to share; the results are added up.
 */
function examplesAsChannels(g: Graph, c: Checked): Value {
  const { dy, shape: [m, channels, kh, kw], axes: [h, w], block } = c;
  const to = dy.shape![1] as number;
  const x = examplesOfImage(g, c);
  const kernel = examplesOfGradient(g, c);
  const groups = (kernel.shape![0] as number) / to;
  // Places along the width come one by one, since the channels between them do.
  const size = [placesAlong(h, h.dilation), placesAlong(w, 1)] as const;
  const each = nchwc(g, "Conv", [x, kernel], {
    attributes: {
      kernel_shape: [h.count, w.count],
      strides: [h.dilation, 1],
      dilations: [h.stride, channels * w.stride],
      pads: [h.begin, 0, Math.max(0, h.end), 0],
      group: groups,
    },
    shape: [1, groups * to, size[0], size[1] * channels],
  });
  const entries = to * size[0] * size[1] * channels;
  const sum = g.reduceSum(g.reshape(each, [groups, entries]), [0], { keepdims: 0 });
  const blocks = g.reshape(sum, [to / block, ...size, channels, block]);
  const taken = everyPlace(g, blocks, { kernel: [kh, kw], step: w.dilation });
  const dw = g.reshape(g.transpose(taken, { perm: [0, 4, 3, 1, 2] }), [to, channels, kh, kw]);
  return firstEntries(g, dw, [m, channels, kh, kw]);
}

/** Returns the places of the kernel among those computed, `[M/b, places of rows, of columns, C, b]`. */
function everyPlace(
  g: Graph,
  blocks: Value,
  { kernel: [kh, kw], step }: { kernel: readonly [number, number]; step: number },
): Value {
  const shape = blocks.shape as number[];
  if (step === 1) return firstEntries(g, blocks, [shape[0]!, kh, kw, shape[3]!, shape[4]!]);
  return g.slice(blocks, [0, 0], [kh, (kw - 1) * step + 1], [1, 2], [1, step]);
}

/** Returns the image with examples in blocks, padded along the width: `[1, N', H, W C]`. */
function examplesOfImage(
  g: Graph,
  { x, shape: [, channels], axes: [h, w], block, xIsBlocked }: Checked,
) {
  const n = x.shape![0] as number;
  const plain = xIsBlocked ? channelsLast(g, x, { channels, block }) : g.transpose(x, { perm: [0, 2, 3, 1] });
  const all = padTo(n, block);
  const rows = zeroRows(g, g.reshape(plain, [n, h.size * w.size * channels]), all);
  const image = nchwc(g, "ReorderInput", [g.reshape(rows, [1, all, h.size, w.size * channels])], {
    shape: [1, all, h.size, w.size * channels],
  });
  // The convolution's own padding of the width would take twice the time: it then computes edges one by one.
  const [before, after] = [w.begin, Math.max(0, w.end)];
  if (before + after === 0) return image;
  const lines = all / block * h.size;
  const zeros = (n: number) => (n === 0 ? [] : [g.expand(g.constant(0), [lines, n * channels * block])]);
  const view = g.reshape(image, [lines, w.size * channels * block]);
  const wide = g.concat([...zeros(before), view, ...zeros(after)], { axis: 1 });
  return g.reshape(wide, [1, all, h.size, (before + w.size + after) * channels]);
}

/** Returns dy as the weights of a convolution whose groups are the blocks of examples: `[N'/b M', b, H', W']`. */
function examplesOfGradient(g: Graph, { dy, axes: [h, w], block }: Checked): Value {
  const [n, to] = dy.shape as [number, number];
  const all = padTo(n, block);
  const rows = zeroRows(g, g.reshape(dy, [n, to * h.count * w.count]), all);
  const [groups, height] = [all / block, to / block * h.count];
  const square = block * block;
  const kernel = nchwc(g, "ReorderOutput", [g.reshape(rows, [groups, square, height, w.count])], {
    attributes: { channels: square, channels_last: 1 },
    shape: [groups, height, w.count, square],
  });
  return g.reshape(kernel, [groups * to, block, h.count, w.count]);
}

/** Returns `[N, …]` with rows of zeros behind. */
function zeroRows(g: Graph, x: Value, rows: number): Value {
  const [n, length] = x.shape as [number, number];
  return n === rows ? x : g.concat([x, g.expand(g.constant(0), [rows - n, length])], { axis: 0 });
}

/** Returns the first entries of `x` along each axis. */
function firstEntries(g: Graph, x: Value, shape: readonly number[]): Value {
  const cut = shape.map((_, i) => i).filter((i) => shape[i] !== x.shape![i]);
  if (cut.length === 0) return x;
  return g.slice(x, cut.map(() => 0), cut.map((i) => shape[i]!), cut);
}
