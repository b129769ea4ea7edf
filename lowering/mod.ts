/**
 * Lowering: passes over the finished graph of a training step that choose how ONNX Runtime computes it.
 *
 * Rules write gradients of convolutions and pools and batch normalization as composite nodes. The passes turn them into
 * operators of the runtime, in this order:
 *
 * 1. `layout` writes convolutions, and what stands between them, on images in blocks of channels;
 * 2. `composites` expands the composite nodes that are left to `ai.onnx`;
 * 3. `sizes` puts constants in the place of sizes that are known.
 *
 * @module
 */
export { lower, LOWERED_OPSETS, type LoweringOptions, type Pass, PASSES } from "./passes.ts";
