/**
 * The tree-structured Parzen estimator: pure functions from a history and draws to a proposal.
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
export { choices, parzen } from "./parzen.ts";
export { type Outcome, type Proposal, propose, split, type TpeOptions, type Tried } from "./propose.ts";
