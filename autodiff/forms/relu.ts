/**
 * The forms of the gradient of a ReLU.
 *
 * @module
 */
import type { Target } from "../site.ts";

/** The way to drop entries by a mask: `"select"` by a comparison and `Where`, `"product"` with the mask as numbers. */
export type MaskForm = "select" | "product";

/**
 * Returns the form.
 *
 * ONNX Runtime's `Where` takes three times as long on a CPU as a product with the mask. A product makes NaN of an infinite
 * entry at a 0, as `sqrt(relu(x))` has, so it is for results of products of matrices, in which an infinity has spread
 * already. A GPU takes a launch for each operator, and `Where` is one less.
 */
export function maskForm({ ofProduct, target }: { ofProduct: boolean; target: Target }): MaskForm {
  return ofProduct && target === "cpu" ? "product" : "select";
}
