/**
 * The tree-structured Parzen estimator, and the importance of options by such estimators: pure functions.
 *
 * @module
 */
export {
  type Dimension,
  type Draw,
  drawPoints,
  logDensities,
  type Mixture,
  type Part,
  type Point,
} from "./mixture.ts";
export { bestOf, importances, type Valued } from "./importance.ts";
export { parzen } from "./parzen.ts";
export { type Outcome, type Proposal, propose, split, type TpeOptions, type Tried } from "./propose.ts";
