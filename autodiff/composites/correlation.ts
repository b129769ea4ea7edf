/**
 * The gradient of a convolution's weights as a correlation of the image and the cotangent of the result.
 *
 * @module
 */
import type { Value } from "../../onnx/mod.ts";
import type { Weights } from "../forms/mod.ts";
import type { Target } from "../site.ts";

/** The operands of the gradient of the weights: x, the windows over it, and the cotangent of the result. */
export interface Correlation extends Weights {
  readonly x: Value;
  readonly dy: Value;
  readonly target: Target;
}
