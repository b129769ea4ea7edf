/**
 * The differentiation rules: one for each operator, and the table of them.
 *
 * @module
 */
export { batchNormalizationOfBatch } from "./normalization.ts";
export { RULES } from "./table.ts";
