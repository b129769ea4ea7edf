/**
 * A problem of the benchmark: a model, its data, and the settings that its definition fixes.
 *
 * @module
 */
import type { StudyTask } from "../lab/mod.ts";

/** The set that a problem belongs to: `embedded` needs no files, the others are DeepOBS's sets. */
export type ProblemSet = "embedded" | "deepobs-small" | "deepobs-extra" | "deepobs-large";

/** The place of a problem's files, and the examples to train on. */
export interface ProblemFiles {
  /** The folder of data sets; a problem without files ignores it. */
  readonly dataDir: string | undefined;
  /**
   * `true` to train on every training example, as the published runs did; by default some of them are held out for
   * validation. The validation set is then a part of the training set, so nothing may be chosen by it.
   */
  readonly published?: boolean;
}

/** A problem of the benchmark. */
export interface Problem {
  /** Its name, such as `digits_mlp` or DeepOBS's `fmnist_2c2d`. */
  readonly name: string;
  /** Data and model in a few words. */
  readonly title: string;
  /** Its definition in a sentence or two: sizes, initial weights, regularization, and every departure from its source. */
  readonly about: string;
  readonly set: ProblemSet;
  /** The measure on the validation and test sets: the accuracy, to be maximized, or the loss, to be minimized. */
  readonly metric: "accuracy" | "loss";
  readonly batchSize: number;
  /** Epochs of a training. */
  readonly epochs: number;
  /** Loads the data and returns the task, with `train`, `validation` and `test` to evaluate. @throws {UsageError} without its files. */
  readonly load: (files: ProblemFiles) => Promise<StudyTask>;
}
