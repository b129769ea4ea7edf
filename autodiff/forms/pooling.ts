/**
 * The forms of the gradients of pools.
 *
 * @module
 */
import type { DType } from "../../onnx/tensor/mod.ts";
import type { Target } from "../site.ts";
import { type Axis, extent } from "../windows/mod.ts";

/**
 * The way to find the first maximum of a window: `"compare"` compares every entry with the maximum; `"indices"` has the
 * runtime return where the maxima are.
 */
export type MaxPoolForm = "compare" | "indices";

/**
 * Returns how to find the maxima. A kernel that returns indices is slow, or missing, on most devices; comparing takes
 * as many passes over the result as a window has entries. Measured: "A convolution and its gradients" in
 * `bench/README.md`: 2x2 windows with stride 2 take 4.0 against 5.5 of the forward pass, 3x3 windows with stride 2 take
 * 12.3 against 7.5.
 */
export function maxPoolForm(axes: readonly Axis[]): MaxPoolForm {
  return axes.every((a) => extent(a) <= a.stride) ? "compare" : "indices";
}

/** The way to read the first entry of every window: by a `Slice`, or as the maximum of a window of one entry. */
export type FirstEntriesForm = "slice" | "pool";

/**
 * Returns how to read the first entries. A processor's `Slice` runs in one thread, its pools run in all threads, but
 * for float32 alone. Measured: "A convolution and its gradients" in `bench/README.md`: 0.93 of a step of LeNet.
 */
export function firstEntriesForm({ dtype, target }: { dtype: DType; target: Target }): FirstEntriesForm {
  return target === "cpu" && dtype === "float32" ? "pool" : "slice";
}
