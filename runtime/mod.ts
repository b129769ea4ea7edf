/**
 * Training and evaluation on ONNX Runtime: sessions, programs, `fit` and checkpoints.
 *
 * @module
 */

export {
  type Batches,
  type BufferSpec,
  type DataColumn,
  type DataInput,
  type DataTensor,
  type Mask,
  type Precision,
  PRECISIONS,
  type ProgramForm,
  type ProgramOptions,
  type ProgramRun,
  requirePrecision,
  type RowSource,
  type RunOptions,
  type Statistic,
  type TrainingFormOptions,
  type TrainingModel,
  trainingModel,
  type TrainingModelOptions,
  type TrainingProgram,
  trainingProgram,
  type TrainState,
} from "./program/mod.ts";
export {
  type Device,
  DeviceError,
  DEVICES,
  openSession,
  requireDevice,
  type ResidentOptions,
  type Session,
  type SessionOptions,
} from "./session/mod.ts";
export {
  type EvaluationBuffers,
  evaluationBuffers,
  type EvaluationBuffersInput,
  type EvaluationBuffersOptions,
  type Evaluator,
  evaluator,
  type EvaluatorOptions,
} from "./evaluation/mod.ts";
export {
  type Checkpointing,
  type Data,
  type EpochRecord,
  type Fault,
  type FaultPolicy,
  type FaultState,
  faultText,
  fit,
  type FitOptions,
  type FitOrder,
  type FitResult,
  type FitState,
  NumericalError,
  type SaveReason,
  type StepRecord,
  type Switch,
} from "./training/mod.ts";
export {
  type Checkpoint,
  CheckpointError,
  parseSafetensors,
  readCheckpoint,
  replaceFile,
  type Safetensors,
  safetensorsChunks,
  SafetensorsError,
  type SafetensorsOptions,
  writeCheckpoint,
  writeSafetensors,
} from "./checkpoint/mod.ts";
