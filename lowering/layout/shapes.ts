/**
 * Shapes of images, and which values can be held in blocks of channels.
 *
 * @module
 */
import type { Dim, Value } from "../../onnx/mod.ts";

/** The sizes of an image `[N, C, H, W]`, the number of examples aside. */
export interface ImageSizes {
  readonly c: number;
  readonly h: number;
  readonly w: number;
}

/** Returns the sizes of `[N, C, H, W]`; `undefined` if it has another rank or a size is known at run time only. */
export function imageSizes(v: Value): ImageSizes | undefined {
  if (v.shape?.length !== 4) return undefined;
  const [, c, h, w] = v.shape;
  if (typeof c !== "number" || typeof h !== "number" || typeof w !== "number") return undefined;
  return { c, h, w };
}

/**
 * Returns whether a value can be held in blocks: an image, not empty, whose channels fill blocks, of floats or of
 * booleans about floats.
 */
export function canBlock(v: Value, block: number): boolean {
  const sizes = imageSizes(v);
  if (sizes === undefined || (v.known.dtype !== "float32" && v.known.dtype !== "bool")) return false;
  return sizes.c % block === 0 && sizes.c * sizes.h * sizes.w > 0;
}

/** Returns whether a value has one entry, whatever its rank. */
export function isOne(v: Value): boolean {
  return v.shape?.every((d) => d === 1) === true;
}

/**
 * Returns the shape of an operand as it is broadcast against an image, `[n, c, h, w]`; `undefined` if its rank is
 * unknown or above 4.
 */
export function asImage(v: Value): readonly Dim[] | undefined {
  if (v.shape === undefined || v.shape.length > 4) return undefined;
  return [...Array.from({ length: 4 - v.shape.length }, () => 1), ...v.shape];
}

/** Returns whether an operand has one entry a channel of an image of `c` channels: `[C, 1, 1]` or `[1, C, 1, 1]`. */
export function isPerChannel(v: Value, c: number): boolean {
  const shape = asImage(v);
  return shape !== undefined && shape[0] === 1 && shape[1] === c && shape[2] === 1 && shape[3] === 1;
}

/** Returns the entries of a vector of integers, where they are known while the graph is built. */
export function integers(v: Value | null | undefined): readonly number[] | undefined {
  const known = v?.contents;
  return known?.every((d) => typeof d === "number") ? known as readonly number[] : undefined;
}
