/**
 * Operands that are broadcast against an image in blocks.
 *
 * @module
 */
import type { Value } from "../../onnx/mod.ts";
import type { Forms } from "./forms.ts";
import { asImage, imageSizes, isOne } from "./shapes.ts";

/** Returns whether an operand is broadcast against an image in blocks as against a plain one: `[]` or `[N, 1, 1, 1]`. */
export function isFree(v: Value, image: Value): boolean {
  if (isOne(v)) return true;
  const [n, ...rest] = asImage(v) ?? [];
  return n === image.shape![0] && rest.every((d) => d === 1);
}

/**
 * Returns what writes an operand as an image in blocks of one example or of all: one entry for each channel, one for each
 * place, or both. `undefined` if the operand does not have that shape.
 */
export function broadcastInBlocks(f: Forms, v: Value, image: Value): (() => Value) | undefined {
  const shape = asImage(v);
  const { c, h, w } = imageSizes(image)!;
  if (shape === undefined || (v.known.dtype !== "float32" && v.known.dtype !== "bool")) return undefined;
  const [examples, channels] = shape;
  if (examples !== 1 && examples !== image.shape![0]) return undefined;
  const onePlace = shape[2] === 1 && shape[3] === 1;
  const allPlaces = shape[2] === h && shape[3] === w;
  const { g, block } = f;
  const lead = examples === 1 ? 1 : 0;
  if (channels === c && onePlace) {
    return () => {
      const view = g.reshape(f.plain(v), [lead, c / block, 1, block]);
      return g.reshape(g.expand(view, [1, 1, h * w, 1]), [lead, c, h, w]);
    };
  }
  if (channels === 1 && allPlaces) {
    return () => {
      const view = g.reshape(f.plain(v), [lead, 1, h * w, 1]);
      return g.reshape(g.expand(view, [1, c / block, 1, block]), [lead, c, h, w]);
    };
  }
  return undefined;
}
