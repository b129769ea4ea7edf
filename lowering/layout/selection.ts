/**
 * Moves channels of an image in blocks to other places.
 *
 * @module
 */
import { idleAxis } from "../../autodiff/windows/mod.ts";
import { tensorOf, type Value } from "../../onnx/mod.ts";
import { conv } from "../blocks/mod.ts";
import type { Forms } from "./forms.ts";
import { imageSizes } from "./shapes.ts";

/** Up to this many products an entry the convolution costs no more than two reorders. */
const LARGEST = 128;

/**
 * Returns an image whose channel `i` is channel `i - from` of `x`, or zeros where there is none: a convolution by a 1x1
 * kernel of 0 and 1, since blocks cannot be cut. An infinite entry makes NaN of the other channels: {@linkcode canSelect}.
 */
export function selectChannels(
  f: Forms,
  x: Value,
  { from, channels }: { from: number; channels: number },
): Value {
  const { c, h, w } = imageSizes(x)!;
  const kernel = Array.from({ length: channels * c }, (_, k) => {
    const [i, j] = [Math.floor(k / c), k % c];
    return i - from === j ? 1 : 0;
  });
  return conv(f.g, {
    x,
    w: f.g.constant(tensorOf(kernel, [channels, c, 1, 1])),
    axes: [idleAxis(h), idleAxis(w)],
    group: 1,
    block: f.block,
  });
}

/** Returns whether the convolution is right, for images without infinite entries, and small enough to pay. */
export function canSelect(f: Forms, x: Value, y: Value): boolean {
  return x.dtype === "float32" && !f.hasInfinities && [x, y].every((v) => imageSizes(v)!.c <= LARGEST);
}
