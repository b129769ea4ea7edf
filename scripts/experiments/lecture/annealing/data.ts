/**
 * The data of `annealing`.
 *
 * @module
 */
import type { Scale } from "../../../cli/mod.ts";

/** The name of annealing when the objective stops changing. */
export const PLATEAU = "plateau";

/** The name of a constant rate. */
export const CONSTANT = "constant";

/** The settings of the runs. */
export interface AnnealingConfig {
  readonly scale: Scale;
  readonly seeds: readonly number[];
  /** Units of the perceptron's hidden layers. */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  /** The rate of the first step. */
  readonly learningRate: number;
  readonly momentum: number;
  /** The change of the mean training loss between epochs below which `plateau` lowers the rate. */
  readonly threshold: number;
}

/** One run. Losses and accuracy are those after its last epoch. */
export interface AnnealingRun {
  readonly schedule: string;
  readonly seed: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  /** The rate of the last epoch, as a share of the first. */
  readonly lastScale: number;
  /** Epochs after which `plateau` lowered the rate. */
  readonly lowered: readonly number[];
}

/** One epoch of a run. */
export interface AnnealingEpoch {
  readonly schedule: string;
  readonly seed: number;
  readonly epoch: number;
  /** The learning rate of the epoch's last step. */
  readonly rate: number;
  readonly batchLoss: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
}

/** The data of `annealing`. */
export interface AnnealingData {
  /** The data set and the model. */
  readonly title: string;
  readonly config: AnnealingConfig;
  /** The schedules, in the order of tables and plots; `constant` and `plateau` are among them. */
  readonly schedules: readonly string[];
  readonly runs: readonly AnnealingRun[];
  readonly epochs: readonly AnnealingEpoch[];
}

/** Returns the runs of a schedule, in the order of the seeds. */
export function runsOf({ runs }: Pick<AnnealingData, "runs">, schedule: string): AnnealingRun[] {
  return runs.filter((r) => r.schedule === schedule);
}
