/**
 * Trains over epochs.
 *
 * @module
 */
export { type Fault, type FaultPolicy, faultText, NumericalError } from "./faults.ts";
export { fit, type FitOptions, type FitResult } from "./fit.ts";
export type {
  EpochRecord,
  FaultState,
  FitOrder,
  FitState,
  Remainder,
  Shuffle,
  StepRecord,
} from "./fit_state.ts";
export {
  type Checkpointing,
  type ChunkProgress,
  type PointDetails,
  type SaveReason,
  type Switch,
  type TrainOptions,
  type Watching,
} from "./train_options.ts";
export type { TrainResult } from "./train_once.ts";
export { type Data, openTrainer, type Trainer, type TrainerOptions } from "./trainer.ts";
