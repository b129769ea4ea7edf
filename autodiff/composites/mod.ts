/**
 * Composite nodes: gradients of convolutions and pools, batch normalization over the batch and its gradient. Each has a
 * function that writes it, one that reads its operands, and an expansion to `ai.onnx`.
 *
 * @module
 */
export {
  type BatchNormalization,
  batchNormalization,
  type BatchNormalizationGradient,
  batchNormalizationGradient,
  batchNormalizationGradientOf,
  batchNormalizationOf,
  count,
  perChannel,
  span,
  sumToChannels,
} from "./batch_normalization.ts";
export { type CompositeOp, COMPOSITES, isPlainTensor, type Keeping } from "./composite_node.ts";
export { inputGradient, inputGradientOf, weightGradient, weightGradientOf } from "./convolution.ts";
export { expandComposite } from "./expand.ts";
export type { InputGradient } from "./input_gradient.ts";
export { type MaxPoolGradient, maxPoolGradientByIndices } from "./max_pool.ts";
export {
  type AveragePoolGradient,
  averagePoolGradient,
  averagePoolGradientOf,
  maxPoolGradient,
  maxPoolGradientOf,
} from "./pooling.ts";
export { type Cut, type SliceGradient, sliceGradient, sliceGradientOf } from "./slice.ts";
export type { Correlation } from "./correlation.ts";
