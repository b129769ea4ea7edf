/**
 * Convolutions and pools over blocked tensors: the operators of ONNX Runtime's domain `com.microsoft.nchwc`, which its
 * builds for processors have.
 *
 * @module
 */
export { affine, type AffineTerms, meansOverPlaces } from "./affine.ts";
export { type Block, fromBlocks, NCHWC, padTo, toBlocks } from "./block.ts";
export { conv, type Convolution } from "./conv.ts";
