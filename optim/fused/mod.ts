/**
 * Writes updates in fewer passes over their tensors, for ONNX Runtime on a CPU.
 *
 * @module
 */
import type { WriteNode } from "../graph/mod.ts";
import { gatedAdd } from "./gated_add.ts";
import { sumOfSquares } from "./sum_of_squares.ts";

/** Writes a node of an update in one pass where it would take two; it may take an operator of `com.microsoft`. */
export const fewerPasses: WriteNode = (g, e, at) => gatedAdd(g, e, at) ?? sumOfSquares(g, e, at);

export { gatePays } from "./gate_pays.ts";
