/**
 * Means, intervals and tests.
 *
 * @module
 */
export { accuracyOf, percentText } from "./accuracy.ts";
export { type Difference, meanDifference, meanText } from "./mean_text.ts";
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
