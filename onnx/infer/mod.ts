/**
 * Shape and value inference, one function for each operator.
 *
 * @module
 */
export { numbersIn } from "./contents.ts";
export { type Equation, parseEquation } from "./equation.ts";
export { INFER } from "./index.ts";
export type { InferNode, Inferred, Known } from "./types.ts";
