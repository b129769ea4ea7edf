/**
 * Operators on matrices for update rules: products along an axis, eigenbases, inverse roots and inverses, blocks, layers.
 *
 * @module
 */
export { type Axis, nextBasis, rebased, reordered, type When } from "./basis.ts";
export { type Block, blockOf, blocksOf, joined } from "./blocks.ts";
export { type DampedFactor, nextDampedInverse } from "./damped_inverse.ts";
export { nextRoot, type RootSettings } from "./inverse_root.ts";
export { asMatrix, biasPart, columnsOf, layersAmong, weightPart } from "./layer_matrix.ts";
export { lazily, type LazyWork } from "./lazily.ts";
export { type Leading, nextLeading } from "./leading.ts";
export { type Mode, modeGram, modeOf, modeProduct } from "./modes.ts";
