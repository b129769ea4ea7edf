/**
 * The gradient of a convolution with respect to its image, over blocked tensors.
 *
 * @module
 */
import type { Graph, Shape, Value } from "../../onnx/mod.ts";
import { type Axis, extent } from "../../autodiff/windows/mod.ts";
import { type Block, channelsOf, nchwc, padTo, sizesOf } from "./block.ts";
import { hasPhases, type Phase, phasesOf } from "./phases.ts";
import { exchangedWeights, weightsByOutput } from "./weights.ts";

/** The gradient of a convolution with respect to its image. */
export interface InputGradient {
  /** The gradient of the loss with respect to the result, blocked: `[N, M', H', W']`, M' a padded M. */
  readonly dy: Value;
  /** The weights, plain: `[M, C/group, kh, kw]`. */
  readonly w: Value;
  /** The layout of the windows of the convolution, one for each spatial axis. */
  readonly axes: readonly Axis[];
  /** The number of groups of channels: 1, or C with M = C. */
  readonly group: number;
  /** The block. */
  readonly block: Block;
  /** A blocked tensor, of the shape of the result, that is added: without strides, in the same node. */
  readonly sum?: Value | undefined;
}

/** The phases of both axes that a convolution of dy computes. */
type Pair = readonly [Phase, Phase];

/**
 * Returns the gradient with respect to the image, blocked: `[N, C', H, W]`, where C' is C padded to a multiple of the
 * block; padded channels hold 0. With strides, a convolution for each phase of both axes, whose results are interleaved.
 *
 * @throws {RangeError} when the channels of dy are not M padded to a multiple of the block, the groups are others than
 *   stated, or the axes have no phases: {@linkcode inputGradientForm} tells.
 */
export function inputGradient(g: Graph, c: InputGradient): Value {
  const { dy, w, axes, group, block } = c;
  const [m, each] = w.shape as [number, number];
  const byChannel = group !== 1;
  if (channelsOf(dy, "inputGradient") !== padTo(m, block) || !(group === 1 || (group === m && each === 1))) {
    throw new RangeError(
      `inputGradient: weights ${w} in ${group} groups do not fit ${dy} in blocks of ${block}: dy must have ` +
        `${padTo(m, block)} channels, and each channel must be its own group or all one`,
    );
  }
  if (!hasBlockedGradient(c)) {
    throw new RangeError(
      `inputGradient: the windows of ${w} over ${dy} have no gradient over blocks: convert to the plain layout`,
    );
  }
  if (byChannel && axes.some((a) => a.stride > 1)) {
    return inputGradient(g, { ...c, dy: spread(g, c), axes: axes.map(unstrided) });
  }
  const channels = padTo(each * group, block);
  const kernel = byChannel ? kernelsByChannel(g, w, block) : exchangedBlocks(g, w, block);
  const [rows, columns] = axes.map(phasesOf) as [Phase[], Phase[]];
  const parts = rows.map((row) =>
    interleaved(
      g,
      columns.map((column) => phaseOf(g, c, { kernel, channels, pair: [row, column] })),
      block,
    )
  );
  const [height, width] = axes.map((a) => a.size) as [number, number];
  const dx = interleaved(g, parts, width * block)!;
  if (parts.length * columns.length === 1) return dx;
  const whole = sizesOf(g, dx, [dy.shape![0]!, channels, height, width]);
  return c.sum === undefined ? whole : g.add(whole, c.sum);
}

/** Returns whether {@linkcode inputGradient} can compute the gradient over these windows. */
export function hasBlockedGradient({ axes, group }: Pick<InputGradient, "axes" | "group">): boolean {
  return (group === 1 ? axes : axes.map(unstrided)).every(hasPhases);
}

/** Returns the axis of the same windows, and of those between them: they have zeros for a gradient. */
function unstrided(a: Axis): Axis {
  const count = a.count * a.stride;
  return { ...a, stride: 1, count, end: count - 1 + extent(a) - a.size - a.begin };
}

/**
 * Returns dy with zeros for the windows between. For channels each by itself, in which a convolution takes about as long as
 * a copy, this is faster than to interleave phases.
 */
function spread(g: Graph, { dy, axes: [h, w], block }: InputGradient): Value {
  const [n, channels] = dy.shape as [Shape[0], number];
  const apart = g.reshape(dy, [-1, 1, w!.count, 1, block]);
  const zeros = g.pad(apart, [0, 0, 0, 0, 0, 0, h!.stride - 1, 0, w!.stride - 1, 0]);
  return sizesOf(g, zeros, [n!, channels, h!.count * h!.stride, w!.count * w!.stride]);
}

/** Weights as `[rows of blocks, columns of blocks, kh kw, …]`; the entries of the kernel lie along one axis. */
interface Kernel {
  readonly value: Value;
  readonly size: readonly [number, number];
  readonly axis: number;
}

/** Returns the weights with their channels exchanged: `[C/b, M/b, kh kw, b, b]`. */
function exchangedBlocks(g: Graph, w: Value, block: Block): Kernel {
  const [, , kh, kw] = w.shape as [number, number, number, number];
  return { value: exchangedWeights(g, w, block), size: [kh, kw], axis: 2 };
}

/** Returns the weights of channels each by itself: `[C/b, kh kw, b]`. */
function kernelsByChannel(g: Graph, w: Value, block: Block): Kernel {
  const [, , kh, kw] = w.shape as [number, number, number, number];
  const padded = weightsByOutput(g, w, block);
  return { value: g.reshape(padded, [-1, kh * kw, block]), size: [kh, kw], axis: 1 };
}

/** Returns the gradient at the entries of a phase of both axes; `null` if no window reads them. */
function phaseOf(
  g: Graph,
  { dy, axes, group, sum }: InputGradient,
  { kernel, channels, pair }: { kernel: Kernel; channels: number; pair: Pair },
): Value | null {
  if (pair.some((p) => p.taps.length === 0)) return null;
  const [, kw] = kernel.size;
  const taps = pair[0].taps.flatMap((y) => pair[1].taps.map((x) => y * kw + x));
  const inOrder = taps.length === kernel.size[0] * kw && taps.every((t, i) => t === i);
  // Picking whole blocks of the kernel is faster than a slice with steps.
  const part = inOrder ? kernel.value : g.gather(kernel.value, taps, { axis: kernel.axis });
  const size = pair.map((p) => p.taps.length);
  const from = group === 1 ? dy.shape![1] as number : 1;
  const only = axes.every((a) => a.stride === 1) ? sum : undefined;
  return nchwc(g, "Conv", [dy, g.reshape(part, [channels, from, ...size]), null, only ?? null], {
    attributes: {
      kernel_shape: size,
      strides: [1, 1],
      dilations: pair.map((p) => p.dilation),
      pads: [...pair.map((p) => p.before), ...pair.map((p) => p.after)],
      group: group === 1 ? 1 : channels,
    },
    shape: [(dy.shape as Shape)[0]!, channels, ...axes.map((a) => a.size / a.stride)],
  });
}

/**
 * Interleaves the phases of an axis, given the entries behind it in memory; a single part without zeros stays as it is.
 */
function interleaved(g: Graph, parts: readonly (Value | null)[], behind: number): Value | null {
  const read = parts.flatMap((p) => p === null ? [] : [p]);
  if (read.length === 0 || parts.length === 1) return parts[0]!;
  if (read.length === parts.length) {
    return g.concat(read.map((p) => g.reshape(p, [-1, behind])), { axis: 1 });
  }
  const at = parts.findIndex((p) => p !== null);
  const [before, after] = [at * behind, (parts.length - 1 - at) * behind];
  return g.pad(g.reshape(read[0]!, [-1, behind]), [0, before, 0, after]);
}
