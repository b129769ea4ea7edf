/**
 * Decides claims by what was measured: `holds`, `contradicted` or `undecided`. Pure functions; nothing here measures.
 *
 * @module
 */
export { type Above, decideAbove } from "./above.ts";
export { decideEqual } from "./equal.ts";
export { checkDesign, type Design, designAfter, type DesignDocument, PILOT, type Planned } from "./design.ts";
export { decided, decidedByNumbers, type Decision, underConditions } from "./decision.ts";
export { countText, LEVEL, POWER, type Repeated, SEEDS } from "./needs.ts";
export {
  type Center,
  type Differences,
  differencesOf,
  type Pairs,
  type ScaledDifferences,
  scaledDifferences,
  type Tested,
} from "./pairs.ts";
export { testStrata } from "./strata.ts";
export { scatterOf } from "./scatter.ts";
export { type Conditions, MOST_SCATTER, MOST_WAITING, quartileRatio, repeatRatio, timed } from "./timing.ts";
export { decideShares, shareInterval, type Shares } from "./shares.ts";
export {
  accuracy,
  type Asked,
  loss,
  numbers,
  percentErrors,
  POINTS,
  type Quantity,
  RATIO,
  type Scale,
  SMALLEST,
  time,
} from "./quantity.ts";
