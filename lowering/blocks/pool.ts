/**
 * Pools over blocked tensors.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type Axis, isPoolPadding } from "../../autodiff/windows/mod.ts";
import { channelsOf, nchwc } from "./block.ts";
import { windowAttributes } from "./conv.ts";

/**
 * Returns the maximum over each window of a blocked tensor, blocked.
 *
 * @throws {RangeError} when the runtime does not take the padding: {@linkcode canPool} tells.
 */
export function maxPool(g: Graph, x: Value, axes: readonly Axis[]): Value {
  return pool(g, "MaxPool", x, { axes });
}

/** How an average over windows counts. */
export interface AveragePoolOptions {
  /**
   * Whether padding counts as entries of 0, all of it up to the last window's end; `false` by default: a window's mean is
   * that of its entries in the image.
   */
  readonly countsPadding?: boolean | undefined;
}

/** Returns the mean over each window of a blocked tensor, blocked. */
export function averagePool(
  g: Graph,
  x: Value,
  axes: readonly Axis[],
  { countsPadding = false }: AveragePoolOptions = {},
): Value {
  return pool(g, "AveragePool", x, { axes, count_include_pad: countsPadding ? 1 : undefined });
}

/** Returns whether the runtime's pools take these windows: padding is from 0 to less than the entries of a window. */
export function canPool(axes: readonly Axis[]): boolean {
  return axes.every(isPoolPadding);
}

function pool(
  g: Graph,
  opType: string,
  x: Value,
  { axes, ...attributes }: { axes: readonly Axis[]; count_include_pad?: number | undefined },
): Value {
  const channels = channelsOf(x, opType);
  if (!canPool(axes)) {
    throw new RangeError(`${opType}: the padding of ${x} must be from 0 to less than a window`);
  }
  return nchwc(g, opType, [x], {
    attributes: { ...windowAttributes(axes), ...attributes },
    shape: [x.shape![0]!, channels, ...axes.map((a) => a.count)],
  });
}
