/**
 * Blocked tensors: what they are, into them and back.
 *
 * ONNX Runtime's own domain `com.microsoft.nchwc` has convolutions and pools over float32 tensors whose channels are cut
 * into blocks as long as a vector of the processor. Its shape stays `[N, C, H, W]`, with C a multiple of the block b;
 * its memory is in the order `[N, C/b, H, W, b]`. Every elementwise operator on tensors of equal shapes, or with a scalar,
 * takes it as it is; nothing else does.
 *
 * @module
 */
import type { AttributeInput, Dim, Graph, Operand, Shape, Value } from "../../onnx/mod.ts";

/** The number of channels in a block: that of the processor's vectors of float32. */
export type Block = 8 | 16;

/** The domain of the operators on blocked tensors; a graph must import it at version 1. */
export const NCHWC = "com.microsoft.nchwc";

/** The number of channels at which the runtime can cut a plain tensor into blocks: a multiple of this. */
export const REORDER_UNIT = 4;

/** Returns the least multiple of `unit`, such as the block, from a number on. */
export function padTo(n: number, unit: number): number {
  return Math.ceil(n / unit) * unit;
}

/**
 * Cuts the channels of `[N, C, H, W]` into blocks.
 *
 * @returns a blocked tensor whose channels are C, padded with zeros up to a multiple of the block
 * @throws {RangeError} when C is not known or no multiple of 4, or the tensor has other than four axes.
 */
export function toBlocks(g: Graph, x: Value, block: Block): Value {
  const channels = channelsOf(x, "toBlocks");
  if (channels % REORDER_UNIT !== 0) {
    throw new RangeError(`toBlocks: the channels of ${x} must be a multiple of ${REORDER_UNIT}`);
  }
  return nchwc(g, "ReorderInput", [x], { shape: withChannels(x, padTo(channels, block)) });
}

/**
 * Returns a blocked tensor in the plain layout.
 *
 * @param channels how many channels the result has: those before the padding
 * @throws {RangeError} when the tensor has fewer channels.
 */
export function fromBlocks(g: Graph, x: Value, channels: number): Value {
  requireChannels(x, channels, "fromBlocks");
  return nchwc(g, "ReorderOutput", [x], { attributes: { channels }, shape: withChannels(x, channels) });
}

/**
 * Returns a blocked tensor with its channels last, `[N, H, W, C]`. With one block, this is a view.
 *
 * @param channels how many channels the result has: those before the padding
 */
export function channelsLast(g: Graph, x: Value, { channels, block }: ChannelsOfBlocks): Value {
  requireChannels(x, channels, "channelsLast");
  const [n, all, h, w] = x.shape as [Dim, number, number, number];
  if (all === block && channels === block) return sizesOf(g, x, [n, h, w, block]);
  const attributes = { channels, channels_last: 1 };
  return nchwc(g, "ReorderOutput", [x], { attributes, shape: [n, h, w, channels] });
}

/** The channels of a blocked tensor before its padding, and its block. */
export interface ChannelsOfBlocks {
  readonly channels: number;
  readonly block: Block;
}

/** Adds a node of the domain of blocked tensors with one float32 result of a given shape. */
export function nchwc(
  g: Graph,
  opType: string,
  operands: readonly (Operand | null | undefined)[],
  { attributes, shape }: { attributes?: Readonly<Record<string, AttributeInput | undefined>>; shape: Shape },
): Value {
  const [y] = g.emit(opType, operands, { domain: NCHWC, ...(attributes ? { attributes } : {}) });
  y!.known = { dtype: "float32", shape };
  return y!;
}

/** Reshapes to sizes of which the first may be a symbol. */
export function sizesOf(g: Graph, x: Value, [n, ...rest]: readonly [Dim, ...number[]]): Value {
  const y = g.reshape(x, [typeof n === "number" ? n : -1, ...rest]);
  y.known = { ...y.known, shape: [n, ...rest] };
  return y;
}

/** Returns the number of channels of a tensor. @throws {RangeError} when it is not known, or not that of an image. */
export function channelsOf(x: Value, what: string): number {
  const channels = x.shape?.[1];
  if (x.known.dtype !== "float32" || x.shape?.length !== 4 || typeof channels !== "number") {
    throw new RangeError(`${what}: ${x} must be float32 of four axes with a known number of channels`);
  }
  return channels;
}

function requireChannels(x: Value, channels: number, what: string): void {
  const all = channelsOf(x, what);
  if (channels > all) throw new RangeError(`${what}: ${x} has ${all} channels, got ${channels}`);
}

function withChannels(x: Value, channels: number): Shape {
  const [n, , h, w] = x.shape as Shape;
  return [n!, channels, h!, w!];
}
