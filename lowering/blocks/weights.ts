/**
 * Weights of convolutions in the order that the operators on blocked tensors read.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type Block, padTo } from "./block.ts";

/** Returns `x` with zeros behind its entries up to the given sizes of its first axes. */
export function zerosBehind(g: Graph, x: Value, sizes: readonly number[]): Value {
  const shape = x.shape as readonly number[];
  const after = shape.map((n, i) => (sizes[i] ?? n) - n);
  if (after.every((n) => n === 0)) return x;
  return g.pad(x, [...shape.map(() => 0), ...after]);
}

/**
 * Returns weights `[O, I, kh, kw]` as `[O/b, I/b, kh kw, b, b]`, both kinds of channels padded with zeros to multiples of
 * b; the blocks' own axes are the input's, then the output's channels.
 */
export function weightBlocks(g: Graph, w: Value, block: Block): Value {
  const [m, c, kh, kw] = w.shape as [number, number, number, number];
  const [to, from] = [padTo(m, block), padTo(c, block)];
  const padded = zerosBehind(g, w, [to, from]);
  const cut = g.reshape(padded, [to / block, block, from / block, block, kh * kw]);
  return g.transpose(cut, { perm: [0, 2, 4, 3, 1] });
}

/** Returns weights `[O, I, kh, kw]` for a convolution over blocks, of shape `[O, I, kh, kw]` with both padded. */
export function weightsOverBlocks(g: Graph, w: Value, block: Block): Value {
  const [m, c, kh, kw] = w.shape as [number, number, number, number];
  return g.reshape(weightBlocks(g, w, block), [padTo(m, block), padTo(c, block), kh, kw]);
}

/** Returns weights `[O, I, kh, kw]` for a convolution over a plain image, of shape `[O, I, kh, kw]` with O padded. */
export function weightsOverPlain(g: Graph, w: Value, block: Block): Value {
  const [m, c, kh, kw] = w.shape as [number, number, number, number];
  const to = padTo(m, block);
  const cut = g.reshape(zerosBehind(g, w, [to]), [to / block, block, c, kh * kw]);
  return g.reshape(g.transpose(cut, { perm: [0, 2, 3, 1] }), [to, c, kh, kw]);
}

/** Returns weights `[C, 1, kh, kw]` for a convolution of each channel by itself, with C padded. */
export function weightsByChannel(g: Graph, w: Value, block: Block): Value {
  const [c, , kh, kw] = w.shape as [number, number, number, number];
  const all = padTo(c, block);
  const padded = zerosBehind(g, w, [all]);
  if (kh * kw === 1) return padded;
  const cut = g.reshape(padded, [all / block, block, kh * kw]);
  return g.reshape(g.transpose(cut, { perm: [0, 2, 1] }), [all, 1, kh, kw]);
}
