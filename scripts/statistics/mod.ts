/**
 * Means, intervals and tests.
 *
 * @module
 */
export {
  allBelow,
  bootstrap,
  comparePaired,
  type Comparison,
  CONFIDENCE,
  deviation,
  type Estimate,
  leastBy,
  max,
  mean,
  median,
  plusMinus,
} from "./statistics.ts";
