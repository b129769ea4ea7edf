/**
 * Convolutions over blocked tensors.
 *
 * @module
 */
import type { Graph, Shape, Value } from "../../onnx/mod.ts";
import type { Axis } from "../../autodiff/windows/mod.ts";
import { type Block, channelsOf, nchwc, padTo } from "./block.ts";
import { weightsByOutput, weightsOverBlocks, zerosBehind } from "./weights.ts";

/** A convolution of two spatial axes. */
export interface Convolution {
  /**
   * The image: blocked, its channels padded to a multiple of the block, or plain where it has fewer channels than a
   * block.
   */
  readonly x: Value;
  /** The weights, plain: `[M, C/group, kh, kw]`. */
  readonly w: Value;
  /** A number for each output channel, `[M]`. */
  readonly bias?: Value | null | undefined;
  /** The layout of the windows, one for each spatial axis. */
  readonly axes: readonly Axis[];
  /** The number of groups of channels: 1, or C with M = C. */
  readonly group: number;
  /** The block. */
  readonly block: Block;
  /** A function of the result in the same node. */
  readonly activation?: "Relu" | undefined;
  /** A blocked tensor, of the shape of the result, that is added before the activation. */
  readonly sum?: Value | undefined;
}

/**
 * Returns a convolution, blocked: `[N, M', H', W']`, where M' is M padded to a multiple of the block. The padded
 * channels hold 0, or what `sum` holds there.
 *
 * @throws {RangeError} when the channels of x are neither blocked nor few, or the groups are others than stated.
 */
export function conv(g: Graph, c: Convolution): Value {
  const m = c.w.shape![0] as number;
  const to = padTo(m, c.block);
  if (c.bias && c.bias.shape?.[0] !== m) {
    // The runtime would read past one that is too short.
    throw new RangeError(`conv: the bias ${c.bias} must have ${m} numbers, the output channels of ${c.w}`);
  }
  const operands = [c.x, weightsFor(g, c), c.bias ? zerosBehind(g, c.bias, [to]) : null, c.sum ?? null];
  const [n] = c.x.shape as Shape;
  const shape = [n!, to, ...c.axes.map((a) => a.count)];
  if (c.sum !== undefined && channelsOf(c.sum, "conv") !== to) {
    throw new RangeError(`conv: the summand ${c.sum} must have ${to} channels, as the result has`);
  }
  return nchwc(g, "Conv", operands, {
    attributes: {
      ...windowAttributes(c.axes),
      group: c.group === 1 ? 1 : to,
      activation: c.activation,
    },
    shape,
  });
}

/** Returns the attributes of a convolution or pool that say where its windows lie. */
export function windowAttributes(axes: readonly Axis[]): Record<string, number[]> {
  // Entries that no window reads, behind the last one, need no cutting off: the runtime does not go there.
  const pads = [...axes.map((a) => a.begin), ...axes.map((a) => Math.max(0, a.end))];
  return {
    kernel_shape: axes.map((a) => a.kernel),
    strides: axes.map((a) => a.stride),
    dilations: axes.map((a) => a.dilation),
    pads,
  };
}

/** Returns the weights in the order for the image. The runtime itself would read past weights that do not fit. */
function weightsFor(g: Graph, { x, w, group, block }: Convolution): Value {
  const [m, each] = w.shape as [number, number];
  const [have, channels] = [channelsOf(x, "conv"), each * group];
  const blocked = have === padTo(channels, block);
  if (group === 1 && blocked) return weightsOverBlocks(g, w, block);
  if (group === 1 && have === channels && channels < block) return weightsByOutput(g, w, block);
  if (group === m && each === 1 && blocked) return weightsByOutput(g, w, block);
  throw new RangeError(
    `conv: weights ${w} in ${group} groups cannot be applied to ${x} in blocks of ${block}: the channels must be ` +
      `${padTo(channels, block)}, and each its own group or all one`,
  );
}
