/**
 * Weights of convolutions in the order that the operators on blocked tensors read.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type Block, fromBlocks, padTo, REORDER_UNIT, toBlocks } from "./block.ts";

/** Returns `x` with zeros behind its entries up to the given sizes of its first axes. */
export function zerosBehind(g: Graph, x: Value, sizes: readonly number[]): Value {
  const shape = x.shape as readonly number[];
  const after = shape.map((n, i) => (sizes[i] ?? n) - n);
  if (after.every((n) => n === 0)) return x;
  return g.pad(x, [...shape.map(() => 0), ...after]);
}

/** Returns the first entries of `x` along each axis. */
export function firstEntries(g: Graph, x: Value, shape: readonly number[]): Value {
  const cut = shape.map((_, i) => i).filter((i) => shape[i] !== x.shape![i]);
  if (cut.length === 0) return x;
  return g.slice(x, cut.map(() => 0), cut.map((i) => shape[i]!), cut);
}

/**
 * Cuts the first axis of weights `[O, I, kh, kw]` into blocks: `[O/b, I, kh kw, b]`, padded with zeros. The runtime's own
 * operator for it and then a transpose of whole blocks take 0.4 of the time of one transpose of single entries.
 */
function cutFirst(g: Graph, w: Value, block: Block): Value {
  const [m, c, kh, kw] = w.shape as [number, number, number, number];
  const whole = zerosBehind(g, w, [padTo(m, REORDER_UNIT)]);
  const image = g.reshape(whole, [1, whole.shape![0] as number, c, kh * kw]);
  return toBlocks(g, image, block);
}

/** Returns weights `[O, I, kh, kw]` for a convolution over blocks: `[O, I, kh, kw]` with both kinds of channels padded. */
export function weightsOverBlocks(g: Graph, w: Value, block: Block): Value {
  const [m, c, kh, kw] = w.shape as [number, number, number, number];
  const [to, from] = [padTo(m, block), padTo(c, block)];
  const cut = cutFirst(g, zerosBehind(g, w, [m, from]), block);
  const blocks = g.reshape(cut, [to / block, from / block, block, kh * kw, block]);
  return g.reshape(g.transpose(blocks, { perm: [0, 1, 3, 2, 4] }), [to, from, kh, kw]);
}

/**
 * Returns weights `[O, I, kh, kw]` for a convolution over a plain image, or over blocks of each channel by itself (I is then
 * 1): of the same shape with O padded.
 */
export function weightsByOutput(g: Graph, w: Value, block: Block): Value {
  const [m, ...rest] = w.shape as [number, number, number, number];
  return g.reshape(cutFirst(g, w, block), [padTo(m, block), ...rest]);
}

/**
 * Returns weights `[O, I, kh, kw]` for the gradient of the image, with channels exchanged: `[I/b, O/b, kh kw, b, b]`,
 * both padded; of the blocks' own axes, O's comes first.
 */
export function exchangedWeights(g: Graph, w: Value, block: Block): Value {
  const [m, c, kh, kw] = w.shape as [number, number, number, number];
  const [to, from] = [padTo(m, block), padTo(c, block)];
  const whole = zerosBehind(g, w, [to, padTo(c, REORDER_UNIT)]);
  const cut = toBlocks(g, g.reshape(whole, [to, whole.shape![1] as number, kh * kw, 1]), block);
  const blocks = g.reshape(cut, [to / block, block, from / block, kh * kw, block]);
  return g.transpose(blocks, { perm: [2, 0, 3, 1, 4] });
}

/**
 * Returns weights cut along their first axis, `[O/b, I, kh, kw, b]`, in the plain order.
 *
 * @param m how many of the first axis the result has: those before the padding
 */
export function plainWeights(g: Graph, w: Value, m: number): Value {
  const [blocks, c, kh, kw, block] = w.shape as [number, number, number, number, number];
  const image = g.reshape(w, [1, blocks * block, c, kh * kw]);
  return g.reshape(fromBlocks(g, image, m), [m, c, kh, kw]);
}
