/**
 * Texts of statistics, as tables and verdicts show them, beside the statistics themselves.
 *
 * @module
 */
export { accuracyOf, percentText } from "./accuracy.ts";
export { lossText, outcomeNote, outcomeText } from "./diverged.ts";
export { allBelow } from "./all_below.ts";
export { meanText } from "./mean_text.ts";
export { countOf, shortNumbers, shortText } from "./number_text.ts";
export { plusMinus } from "./plus_minus.ts";
export * from "../../stats/mod.ts";
export { studentQuantile } from "../../stats/student_tail.ts";
