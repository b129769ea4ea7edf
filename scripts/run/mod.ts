/**
 * Run folders: configuration, checkpoints, results and resuming.
 *
 * @module
 */
export { Attempts } from "./attempts.ts";
export { CHECKPOINTS, DamagedCheckpoints, hasCheckpoints } from "./checkpoints.ts";
export type { Command, Commands, Query, QueryResult, Service } from "./command.ts";
export { type Configuration, configurationOf, finishedConfiguration, withThreads } from "./configuration.ts";
export { configurationRows } from "./configuration_text.ts";
export {
  type Context,
  type Experiment,
  experiment,
  type ExperimentParts,
  type MeasureContext,
  type Plain,
  type WatchEpoch,
} from "./experiment.ts";
export { type FinishedRun, finishedRun } from "./finished_run.ts";
export { json, keepOutcome } from "./keep_outcome.ts";
export {
  Lab,
  type LabTrainer,
  type LabTrainerOptions,
  type LabTraining,
  type Trained,
  type TrainedPoint,
} from "./lab.ts";
export { machine, machineText } from "./machine.ts";
export { experimentNamed, identityOf, interruptedRun, resumeCommand, type Run } from "./resume.ts";
export { resumedSession } from "./resumed_session.ts";
export { CONFIG, holdsRun, newRunFolder, type RunFolder, SUMMARY } from "./run_folder.ts";
export { RunSession } from "./run_session.ts";
export { Trainings } from "./trainings.ts";
export { versions } from "./versions.ts";
