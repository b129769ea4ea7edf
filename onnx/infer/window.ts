/**
 * Windows that slide over spatial axes: what convolution and pooling share.
 *
 * @module
 */
import type { Dim, Shape } from "../tensor/mod.ts";
import type { InferNode } from "./types.ts";

/** The window along one spatial axis. */
export interface Window {
  /** Entries of the kernel. */
  readonly kernel: Dim;
  /** The distance between windows. */
  readonly stride: number;
  /** The distance between entries of the kernel. */
  readonly dilation: number;
  /** Padding at both ends together; `"same"` for as many outputs as strides fit in the input. */
  readonly pads: number | "same";
  /** Padding before the first entry. */
  readonly begin: number;
  /** Whether a last window that is only partly filled counts. */
  readonly ceil: boolean;
}

/**
 * Returns the windows that a node's attributes describe, one a spatial axis.
 *
 * @throws {RangeError} for lists of wrong length.
 */
export function windowsOf(node: InferNode, kernel: Shape): Window[] {
  const rank = kernel.length;
  const list = (name: string, length: number, otherwise: number, least: number): readonly number[] => {
    const values = node.ints(name) ?? Array.from({ length }, () => otherwise);
    if (values.length !== length || values.some((v) => v < least)) {
      throw new RangeError(
        `attribute '${name}' must hold ${length} numbers of ${least} or more, got [${values.join(", ")}]`,
      );
    }
    return values;
  };
  const strides = list("strides", rank, 1, 1);
  const dilations = list("dilations", rank, 1, 1);
  const pads = list("pads", 2 * rank, 0, -Infinity);
  const auto = node.string("auto_pad") ?? "NOTSET";
  return kernel.map((k, i) => {
    const explicit = auto === "NOTSET" || auto === "";
    const begin = explicit ? pads[i]! : 0;
    return {
      kernel: k,
      stride: strides[i]!,
      dilation: dilations[i]!,
      begin,
      pads: auto.startsWith("SAME") ? "same" : explicit ? begin + pads[i + rank]! : 0,
      ceil: node.int("ceil_mode") === 1,
    };
  });
}

/** Returns the distance from a window's first entry to just behind its last; `undefined` for a symbolic kernel. */
export function extentOf(w: Window): number | undefined {
  return typeof w.kernel === "number" ? (w.kernel - 1) * w.dilation + 1 : undefined;
}

/** Returns how many windows fit along an axis of `size` entries. @throws {RangeError} when not even one does. */
export function windowCount(size: Dim, w: Window, fresh: () => string): Dim {
  const extent = extentOf(w);
  if (w.pads === "same") {
    if (w.stride === 1) return size;
    return typeof size === "number" ? Math.ceil(size / w.stride) : fresh();
  }
  if (extent === undefined) return fresh();
  if (typeof size === "string") return w.stride === 1 && w.pads === extent - 1 ? size : fresh();
  const room = size + w.pads - extent;
  if (room < 0) {
    throw new RangeError(
      `a window of ${extent} entries must fit into the input's ${size} with ${w.pads} of padding: choose a smaller kernel_shape or dilation, or more pads`,
    );
  }
  if (!w.ceil) return Math.floor(room / w.stride) + 1;
  const count = Math.ceil(room / w.stride) + 1;
  // A window that would start in the padding after the input does not count.
  return (count - 1) * w.stride >= size + w.begin ? count - 1 : count;
}
