/**
 * Writes updates in fewer passes over their tensors, by an operator of ONNX Runtime's own.
 *
 * @module
 */
export { gatedAdd } from "./gated_add.ts";
