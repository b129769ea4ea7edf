/**
 * One training of a classifier.
 *
 * @module
 */
import type { Device, EpochRecord, FitResult, Model } from "../../../../mod.ts";
import { type CurvatureWatch, type NamedOptimizer, trainedTensors } from "../../../lab/mod.ts";
import { accuracyOf } from "../../../statistics/mod.ts";
import type { Parts } from "../../../lab/tasks/mod.ts";
import type { Trainings } from "../../../run/mod.ts";
import type { RunSummary } from "./data.ts";

/** The settings of a training. */
export interface Training {
  readonly optimizer: NamedOptimizer;
  readonly learningRate: number;
  readonly seed: number;
  readonly epochs: number;
  /** The steps of all epochs. */
  readonly steps: number;
  readonly batchSize: number;
  readonly chunk: number;
  readonly device: Device;
}

/** A row of `metrics.csv`, one per step; the row of an epoch's last step has the epoch's metrics too. */
export type MetricsRow = {
  readonly optimizer: string;
  readonly seed: number;
  readonly step: number;
  readonly epoch: number;
  readonly batchLoss: number;
  readonly trainLoss?: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
  readonly testLoss?: number;
  readonly testAccuracy?: number;
};

/** The result of a training. */
export interface RunResult {
  readonly summary: RunSummary;
  /** The mean loss over the training set after each epoch. */
  readonly losses: readonly { readonly epoch: number; readonly trainLoss: number }[];
  readonly params: FitResult["state"]["params"];
}

/** Trains a fresh model, or continues a training; `onProgress` reports the share of the steps that are done. */
export async function train(
  { model, parts, training, trainings, watch }: {
    model: Model;
    parts: Pick<Parts, "train" | "validation" | "test">;
    training: Training;
    trainings: Trainings;
    watch?: CurvatureWatch | undefined;
  },
  onProgress: (done: number, of: number) => void,
): Promise<RunResult> {
  const { learningRate, seed, epochs, steps, batchSize, chunk, device } = training;
  const { name: optimizer, entry, hyperparameters } = training.optimizer;
  const result = await trainings.train({
    name: optimizer,
    fit: {
      model,
      optimizer: entry.make(learningRate, { steps }),
      train: parts.train,
      evaluate: { train: parts.train, validation: parts.validation, test: parts.test },
      metrics: ["loss", "accuracy"],
      epochs,
      batchSize,
      seed,
      chunk,
      device,
      ...(entry.switching ? { switching: entry.switching() } : {}),
      ...(watch && { watch: watch.of(optimizer) }),
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
    hyperparameters,
    seed,
    epochs,
    steps: result.steps,
    ...scores(result.epochs.at(-1)!.metrics),
    ...(result.switchedAtStep === undefined ? {} : { switchedAtStep: result.switchedAtStep }),
    ...(result.skipped === undefined ? {} : { skipped: result.skipped }),
    seconds: result.seconds,
  };
  const losses = result.epochs.map(({ epoch, metrics }) => ({ epoch, trainLoss: scores(metrics).trainLoss }));
  return { summary, losses, params: trainedTensors(result) };
}

/** Returns the metrics of an epoch under the names of tables; an accuracy is `NaN` if its loss is not finite. */
export function scores({ train, validation, test }: EpochRecord["metrics"]) {
  return {
    trainLoss: train!.loss!,
    validationLoss: validation!.loss!,
    validationAccuracy: accuracyOf(validation!),
    testLoss: test!.loss!,
    testAccuracy: accuracyOf(test!),
  };
}
