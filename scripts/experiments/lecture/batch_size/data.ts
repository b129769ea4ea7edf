/**
 * The data of `batch-size`.
 *
 * @module
 */
import type { Scale } from "../../../cli/mod.ts";

/** The settings of the runs. */
export interface BatchSizeConfig {
  readonly scale: Scale;
  readonly seeds: readonly number[];
  /** The batch sizes, in ascending order: 1 first, the whole training set last. */
  readonly batches: readonly number[];
  /** Units of the perceptron's hidden layers. */
  readonly hidden: readonly number[];
  /** The mean training loss to reach. */
  readonly target: number;
  /** The rates that each batch size is tuned over, in ascending order. */
  readonly rates: readonly number[];
}

/** One run. */
export interface BatchSizeRun {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Updates until the training loss was at the target; all updates if it did not reach it. */
  readonly updates: number;
  readonly epochs: number;
  /** Seconds of those updates: the least of several times, as any other load on the machine only adds to them. */
  readonly seconds: number;
  /** The seconds of each time. */
  readonly times: readonly number[];
  readonly reached: boolean;
  /** Whether its loss became NaN or infinite; its time then means nothing. */
  readonly diverged: boolean;
}

/** One evaluation of a run. */
export interface BatchSizePoint {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly step: number;
  readonly epoch: number;
  readonly trainLoss: number;
}

/** The data of `batch-size`. */
export interface BatchSizeData {
  /** The data set and the model. */
  readonly title: string;
  readonly config: BatchSizeConfig;
  readonly runs: readonly BatchSizeRun[];
  readonly points: readonly BatchSizePoint[];
  /** The share of its time that a fixed piece of work waited for other work, before or after: the larger one, 0 to 1. */
  readonly waiting: number;
}

/** Returns the runs of a batch size, in the order of the seeds. */
export function runsOf({ runs }: Pick<BatchSizeData, "runs">, batchSize: number): BatchSizeRun[] {
  return runs.filter((r) => r.batchSize === batchSize);
}
