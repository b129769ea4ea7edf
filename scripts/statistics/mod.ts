/**
 * Means, intervals and tests.
 *
 * @module
 */
export { accuracyOf, percentText } from "./accuracy.ts";
export { max, mean, median } from "./sample.ts";
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
  plusMinus,
} from "./statistics.ts";
