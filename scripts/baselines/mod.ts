/**
 * Published runs of other projects beside ours: the stored runs, whether ours agree with them, a table and a picture.
 *
 * @module
 */
export { type Agreement, agreement, type AgreementReason } from "./agreement.ts";
export {
  type Baseline,
  BASELINE_PROBLEMS,
  type BaselineDocument,
  baselineOf,
  type BaselineSource,
  readBaseline,
  STORED_MEASURES,
  type StoredMeasure,
  type StoredRule,
  type StoredRun,
} from "./baseline.ts";
export { agreementClaim, type AgreementSubject, storedCurves } from "./claim.ts";
export { curveAgreement, type Curves, type EpochAgreement } from "./curves.ts";
export type { Margin } from "./margin.ts";
export { baselinePlot, type OwnCurves } from "./plot.ts";
export { baselineTable } from "./table.ts";
