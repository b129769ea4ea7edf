/**
 * Convolutions and pools over blocked tensors: the operators of ONNX Runtime's domain `com.microsoft.nchwc`, which its
 * builds for processors have.
 *
 * @module
 */
export { affine, type AffineTerms, meansOverPlaces } from "./affine.ts";
export { type Block, fromBlocks, NCHWC, padTo, toBlocks } from "./block.ts";
export { conv, type Convolution } from "./conv.ts";
export { type InputGradient, inputGradient } from "./input_gradient.ts";
export { type WeightGradient, weightGradient } from "./weight_gradient.ts";
export { averagePool, type AveragePoolOptions, canPool, maxPool } from "./pool.ts";
export {
  type BlockForm,
  convForm,
  type ConvolutionSizes,
  inputGradientForm,
  weightGradientForm,
} from "./forms.ts";
