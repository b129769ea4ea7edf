/**
 * The data of experiments that train one classifier.
 *
 * @module
 */

import type { WatchedCurvature } from "../../../report/mod.ts";

/** The part of a run that goes into `summary.json` and to `--json`. */
export interface RunSummary {
  readonly optimizer: string;
  readonly learningRate: number;
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  readonly seed: number;
  readonly epochs: number;
  readonly steps: number;
  /** Mean loss over the training set after the last epoch. */
  readonly trainLoss: number;
  /** Mean loss over the validation set after the last epoch. */
  readonly validationLoss: number;
  /** The share of the validation set that is classified correctly after the last epoch. */
  readonly validationAccuracy: number;
  /** Mean loss over the test set after the last epoch. */
  readonly testLoss: number;
  /** The share of the test set that is classified correctly after the last epoch. */
  readonly testAccuracy: number;
  /** The last step of the first optimizer, if the training switched to another. */
  readonly switchedAtStep?: number;
  /** The number of steps left out because of numerical faults, if any. */
  readonly skipped?: number;
  /** Wall-clock time of the training, evaluations included. */
  readonly seconds: number;
}

/** The data of the experiment. */
export interface Data {
  readonly title: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly chunk: number;
  /** The schedule of the learning rate, and the clip of the gradient. */
  readonly schedule: string;
  readonly clip: string;
  readonly seed: number;
  /** The number of classes. */
  readonly classes: number;
  /** A training with each optimizer. */
  readonly trained: readonly {
    readonly summary: RunSummary;
    /** The mean loss over the training set after each epoch. */
    readonly losses: readonly { readonly epoch: number; readonly trainLoss: number }[];
  }[];
  /** The optimizer that is best by validation, whose model is `model.onnx`. */
  readonly best: string;
  /** The measurements of `--watch-curvature`. */
  readonly curvature?: WatchedCurvature;
}
