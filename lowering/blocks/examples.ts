/**
 * The gradient of the weights as one convolution with the examples as channels.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type Axis, extent } from "../../autodiff/windows/mod.ts";
import { type Block, channelsLast, nchwc, padTo } from "./block.ts";
import { firstEntries, plainWeights } from "./weights.ts";

/** The gradient of the weights, its operands checked. */
export interface Checked {
  /** The image: blocked with padded channels, or plain. */
  readonly x: Value;
  /** The gradient of the result, blocked. */
  readonly dy: Value;
  /** The shape of the weights: `[M, C/group, kh, kw]`. */
  readonly shape: readonly [number, number, number, number];
  /** The layout of the windows. */
  readonly axes: readonly [Axis, Axis];
  readonly block: Block;
  readonly xIsBlocked: boolean;
}

/**
 * Returns how many places a convolution of x by dy has along an axis: those of the window, and as many as there are
 * entries that no window reads.
 */
export function placesAlong(a: Axis, step: number): number {
  return Math.floor((a.size + a.begin + Math.max(0, a.end) - (a.count - 1) * a.stride - 1) / step) + 1;
}

/**
 * Returns into how many strips images of `count` rows of windows are cut, so that the strips of `n` examples fill blocks;
 * `undefined` if none do.
 */
export function stripsFor(n: number, count: number, block: Block): number | undefined {
  for (let strips = 1; strips <= block; strips *= 2) {
    if (n * strips % block === 0 && count % strips === 0) return strips;
  }
  return undefined;
}

/** The images and gradients whose examples are to be channels. */
interface Examples {
  /** The images, channels last: `[N, H, W C]`. */
  readonly images: Value;
  /** The gradient of the result, blocked: `[N, M', H', W']`. */
  readonly dy: Value;
  /** The windows. */
  readonly axes: readonly [Axis, Axis];
  readonly channels: number;
  readonly block: Block;
}

/**
 * Returns the gradient by a convolution in which examples are the channels, and the channels of x lie along the width,
 * behind each of its entries: `[1, N, H, W C]` by `[M, N, H', W']`, whose entries are as far apart as the channels are
 * many. Each block of examples is a group, which gives the runtime's threads something to share; the results are added
 * up. If the batch does not fill its blocks, the strips of cut images do, or examples of zeros are appended.
 */
export function examplesAsChannels(g: Graph, c: Checked): Value {
  const { x, shape: [m, channels, kh, kw], axes: [h, w], block, xIsBlocked } = c;
  const n = x.shape![0] as number;
  const last = xIsBlocked ? channelsLast(g, x, { channels, block }) : g.transpose(x, { perm: [0, 2, 3, 1] });
  const images = g.reshape(last, [n, h.size, w.size * channels]);
  const whole = { images, dy: c.dy, axes: c.axes, channels, block };
  const strips = stripsFor(n, h.count, block) ?? 1;
  const { each, size } = oneConvolution(g, filled(g, strips === 1 ? whole : inStrips(g, whole, strips)));
  const [groups, to] = [each.shape![0] as number, c.dy.shape![1] as number];
  const sum = groups === 1 ? each : g.reduceSum(each, [0], { keepdims: 0 });
  const blocks = g.reshape(sum, [to / block, ...size, channels, block]);
  const taken = everyPlace(g, blocks, { kernel: [kh, kw], step: w.dilation });
  return plainWeights(g, g.transpose(taken, { perm: [0, 3, 1, 2, 4] }), m);
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

/**
 * Cuts images and gradients into strips of as many rows of windows, each an example of its own. The strips of an image
 * overlap by the reach of a window.
 */
function inStrips(g: Graph, e: Examples, strips: number): Examples {
  const { images, dy, axes: [h, w], block } = e;
  const [n, , width] = images.shape as [number, number, number];
  const count = h.count / strips;
  const size = (count - 1) * h.stride + extent(h);
  const zeros = (rows: number) => (rows <= 0 ? [] : [g.expand(g.constant(0), [n, rows, width])]);
  const parts = [...zeros(h.begin), images, ...zeros(h.end)];
  const cover = parts.length === 1 ? images : g.concat(parts, { axis: 1 });
  const rows = Array.from(
    { length: strips * size },
    (_, i) => Math.floor(i / size) * count * h.stride + i % size,
  );
  const [, to] = dy.shape as [number, number];
  const cut = g.reshape(dy, [n, to / block, strips, count * w.count * block]);
  return {
    ...e,
    images: g.reshape(g.gather(cover, rows, { axis: 1 }), [n * strips, size, width]),
    dy: g.reshape(g.transpose(cut, { perm: [0, 2, 1, 3] }), [n * strips, to, count, w.count]),
    axes: [{ ...h, size, count, begin: 0, end: 0 }, w],
  };
}

/** Appends examples of zeros until they fill the blocks. */
function filled(g: Graph, e: Examples): Examples {
  const [n, ...image] = e.images.shape as [number, ...number[]];
  const [, ...result] = e.dy.shape as number[];
  const more = padTo(n, e.block) - n;
  if (more === 0) return e;
  const append = (x: Value, shape: readonly number[]) =>
    g.concat([x, g.expand(g.constant(0), [more, ...shape])], { axis: 0 });
  return { ...e, images: append(e.images, image), dy: append(e.dy, result) };
}

/** Returns the results of the convolution for each block of examples, `[N/b, …]`, and how many places they have. */
function oneConvolution(g: Graph, e: Examples): { each: Value; size: readonly [number, number] } {
  const { dy, axes: [h, w], channels, block } = e;
  const [n, to] = dy.shape as [number, number];
  const groups = n / block;
  // Places along the width come one by one, since the channels between them do.
  const size = [placesAlong(h, h.dilation), placesAlong(w, 1)] as const;
  const each = nchwc(g, "Conv", [imagesAsChannels(g, e), gradientsAsWeights(g, e)], {
    attributes: {
      kernel_shape: [h.count, w.count],
      strides: [h.dilation, 1],
      dilations: [h.stride, channels * w.stride],
      pads: [h.begin, 0, Math.max(0, h.end), 0],
      group: groups,
    },
    shape: [1, groups * to, size[0], size[1] * channels],
  });
  return { each: g.reshape(each, [groups, to * size[0] * size[1] * channels]), size };
}

/** Returns the images with examples in blocks, padded along the width: `[1, N, H, W C]`. */
function imagesAsChannels(g: Graph, { images, axes: [, w], channels, block }: Examples): Value {
  const [n, height, width] = images.shape as [number, number, number];
  const shape = [1, n, height, width];
  const blocks = nchwc(g, "ReorderInput", [g.reshape(images, shape)], { shape });
  // The convolution's own padding of the width would take twice the time: it then computes edges one by one.
  const [before, after] = [w.begin, Math.max(0, w.end)];
  if (before + after === 0) return blocks;
  const lines = n / block * height;
  const zeros = (n: number) => (n === 0 ? [] : [g.expand(g.constant(0), [lines, n * channels * block])]);
  const view = g.reshape(blocks, [lines, width * block]);
  const wide = g.concat([...zeros(before), view, ...zeros(after)], { axis: 1 });
  return g.reshape(wide, [1, n, height, (before + w.size + after) * channels]);
}

/** Returns gradients as the weights of a convolution whose groups are the blocks of examples: `[N/b M', b, H', W']`. */
function gradientsAsWeights(g: Graph, { dy, axes: [h, w], block }: Examples): Value {
  const [n, to] = dy.shape as [number, number];
  const [groups, height] = [n / block, to / block * h.count];
  const square = block * block;
  const kernel = nchwc(g, "ReorderOutput", [g.reshape(dy, [groups, square, height, w.count])], {
    attributes: { channels: square, channels_last: 1 },
    shape: [groups, height, w.count, square],
  });
  return g.reshape(kernel, [groups * to, block, h.count, w.count]);
}
