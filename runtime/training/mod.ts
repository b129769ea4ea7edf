/**
 * Trains over epochs.
 *
 * @module
 */
export { type Fault, type FaultPolicy, faultText, NumericalError } from "./faults.ts";
export {
  type Checkpointing,
  type Data,
  fit,
  type FitOptions,
  type FitResult,
  type SaveReason,
  type Switch,
} from "./fit.ts";
export type { EpochRecord, FaultState, FitOrder, FitState, StepRecord } from "./fit_state.ts";
