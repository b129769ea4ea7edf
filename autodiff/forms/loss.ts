/**
 * The forms of the classification losses.
 *
 * @module
 */
import type { Dim, Shape } from "../../onnx/tensor/mod.ts";
import type { Target } from "../site.ts";

/**
 * The form of the softmax under a cross-entropy. `"kept"` keeps the operator of the loss. The others
 * replace it by the two operators that it is made of, so that the gradient shares the logarithms: `"log-softmax"` has
 * the runtime compute them, `"sums"` writes out maximum, sum and logarithm.
 */
export type SoftmaxForm = "kept" | "log-softmax" | "sums";

/**
 * Returns the form of the softmax of scores `[N, C, d1, …]`.
 *
 * ONNX Runtime takes the loss apart into a `LogSoftmax` over the middle one of three axes, for which a processor
 * transposes; over the last of two axes, its `LogSoftmax` is fast. WebGPU has no kernel for `LogSoftmax`. Measured:
 * "Parts" in `bench/README.md`: 9.4 ms against 4.4 for 700 x 10,000.
 */
export function softmaxForm({ scores, target }: { scores: Shape | undefined; target: Target }): SoftmaxForm {
  if (target === "gpu") return "sums";
  return scores?.length === 2 ? "log-softmax" : "kept";
}

/**
 * The way to subtract one at each target's class: `"one-hot"` from a second tensor of ones and zeros, `"scatter"` at
 * those places alone.
 */
export type TargetsForm = "one-hot" | "scatter";

/**
 * From this many classes on, a second tensor of the size of the scores costs more than looking up the targets' places.
 * Measured: "Parts" in `bench/README.md`: 68.3 ms against 25.7 for 10,000 classes.
 */
const MANY_CLASSES = 64;

/** Returns the form for a number of classes; one that is not known counts as small. */
export function targetsForm(classes: Dim | undefined): TargetsForm {
  return typeof classes === "number" && classes >= MANY_CLASSES ? "scatter" : "one-hot";
}
