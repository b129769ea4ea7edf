/**
 * Sums of products with a number for each channel, and means over places.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { channelsOf, nchwc, sizesOf } from "./block.ts";
import { zerosBehind } from "./weights.ts";

/** What {@linkcode affine} adds up; the vectors have a number for each channel, padded ones left out or not. */
export interface AffineTerms {
  /** The factor of each channel; 1 by default. */
  readonly scale?: Value | undefined;
  /** The summand of each channel; 0 by default. */
  readonly shift?: Value | undefined;
  /** A blocked tensor of the same shape that is added. */
  readonly sum?: Value | undefined;
  /** Whether the result's negative entries become 0; `false` by default. */
  readonly relu?: boolean | undefined;
}

/**
 * Returns `scale x + shift + sum`, then its Relu if asked for, of a blocked tensor: one node, a 1x1 convolution of each
 * channel by itself. A product with a vector broadcast over the blocks would take three times as long.
 *
 * @throws {RangeError} when a vector or the summand does not fit the channels of x.
 */
export function affine(g: Graph, x: Value, { scale, shift, sum, relu = false }: AffineTerms): Value {
  const channels = channelsOf(x, "affine");
  for (const vector of [scale, shift]) {
    // The runtime would read past a vector that is too short.
    if (vector !== undefined && !(Number(vector.shape?.[0]) <= channels)) {
      throw new RangeError(`affine: ${vector} must have at most ${channels} numbers, the channels of ${x}`);
    }
  }
  if (sum !== undefined && channelsOf(sum, "affine") !== channels) {
    throw new RangeError(`affine: ${sum} must have ${channels} channels, as ${x} has`);
  }
  const factor = scale ?? g.expand(g.constant(1), [channels]);
  const w = g.reshape(zerosBehind(g, factor, [channels]), [channels, 1, 1, 1]);
  const b = shift && zerosBehind(g, shift, [channels]);
  return nchwc(g, "Conv", [x, w, b ?? null, sum ?? null], {
    attributes: {
      kernel_shape: [1, 1],
      strides: [1, 1],
      dilations: [1, 1],
      pads: [0, 0, 0, 0],
      group: channels,
      activation: relu ? "Relu" : undefined,
    },
    shape: x.shape!,
  });
}

/**
 * Returns the means over all places of each channel of each example of a blocked tensor, in the plain order of channels.
 *
 * @param channels how many channels the result has: those before the padding; all by default
 * @returns `[N, channels]`
 */
export function meansOverPlaces(g: Graph, x: Value, channels = channelsOf(x, "meansOverPlaces")): Value {
  const all = channelsOf(x, "meansOverPlaces");
  const n = x.shape![0]!;
  const means = nchwc(g, "GlobalAveragePool", [x], { shape: [n, all, 1, 1] });
  const flat = sizesOf(g, means, [n, all]);
  return channels === all ? flat : g.slice(flat, [0], [channels], [1]);
}
