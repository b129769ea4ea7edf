/**
 * Training one model with one optimizer after another, and what comes of it.
 *
 * @module
 */
import { type Data, type Device, type EpochRecord, type FitResult, type Model, withLoss } from "../../mod.ts";
import { accuracyOf } from "./accuracy.ts";
import { trainedTensors } from "./networks.ts";
import type { Trainings } from "../run/mod.ts";
import type { OptimizerEntry } from "./optimizers.ts";

/** What to train, and on what. */
export interface Task {
  /** The untrained model of a seed: one output of class scores. */
  readonly model: (seed: number) => Model;
  /** What to train on: the inputs `x` and `target`. */
  readonly train: Data;
  /** What to test on. */
  readonly test: Data;
}

/** How to train it. */
export interface Training {
  readonly optimizer: string;
  readonly entry: OptimizerEntry;
  readonly learningRate: number;
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly chunk: number;
  readonly device: Device;
}

/** The part of a run that goes into `summary.json` and to `--json`. */
export interface RunSummary {
  readonly optimizer: string;
  readonly learningRate: number;
  readonly seed: number;
  readonly epochs: number;
  readonly steps: number;
  /** Mean loss over the training set after the last epoch. */
  readonly trainLoss: number;
  /** Mean loss over the test set after the last epoch. */
  readonly testLoss: number;
  /** Share of the test set classified rightly after the last epoch. */
  readonly testAccuracy: number;
  /** The last step of the first optimizer, where one took over from it. */
  readonly switchedAtStep?: number;
  /** Steps left out because of numerical faults, where there were any. */
  readonly skipped?: number;
  /** Wall-clock time of the training, evaluations included. */
  readonly seconds: number;
}

/** A row of `metrics.csv`: one a step; what is known after an epoch stands with its last step. */
export type MetricsRow = {
  readonly optimizer: string;
  readonly seed: number;
  readonly step: number;
  readonly epoch: number;
  readonly batchLoss: number;
  readonly trainLoss?: number;
  readonly testLoss?: number;
  readonly testAccuracy?: number;
};

/** What a training gives. */
export interface RunResult {
  readonly summary: RunSummary;
  readonly epochs: readonly EpochRecord[];
  readonly params: FitResult["state"]["params"];
}

/** Trains a fresh model, or goes on; `onProgress` is told how many of all steps are done. */
export async function train(
  { task, training, trainings }: { task: Task; training: Training; trainings: Trainings },
  onProgress: (done: number, of: number) => void,
): Promise<RunResult> {
  const { optimizer, entry, learningRate, seed, epochs, batchSize, chunk, device } = training;
  const result = await trainings.train({
    name: optimizer,
    fit: {
      model: withLoss(task.model(seed), { loss: "cross-entropy" }),
      optimizer: entry.make(learningRate),
      train: task.train,
      evaluate: { train: task.train, test: task.test },
      metrics: ["loss", "accuracy"],
      epochs,
      batchSize,
      seed,
      chunk,
      device,
      ...(entry.switching ? { switching: entry.switching() } : {}),
      onChunk: ({ step, steps }) => onProgress(step, steps),
    },
    row: ({ step, epoch, loss }, ended): MetricsRow => ({
      optimizer,
      seed,
      step,
      epoch,
      batchLoss: loss,
      ...(ended ? scores(ended.metrics) : {}),
    }),
  });
  const summary: RunSummary = {
    optimizer,
    learningRate,
    seed,
    epochs,
    steps: result.steps,
    ...scores(result.epochs.at(-1)!.metrics),
    ...(result.switchedAtStep === undefined ? {} : { switchedAtStep: result.switchedAtStep }),
    ...(result.skipped === undefined ? {} : { skipped: result.skipped }),
    seconds: result.seconds,
  };
  return { summary, epochs: result.epochs, params: trainedTensors(result) };
}

/** The metrics of an epoch under the names of tables; an accuracy of `NaN` where the loss is not finite. */
export function scores({ train, test }: EpochRecord["metrics"]) {
  return { trainLoss: train!.loss!, testLoss: test!.loss!, testAccuracy: accuracyOf(test!) };
}
