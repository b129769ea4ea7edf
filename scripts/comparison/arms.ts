/**
 * The data of a comparison of optimizers: arms, their runs, and the evaluations of each run.
 *
 * @module
 */
import { required } from "../../options/mod.ts";
import type { Setting } from "../lab/search/mod.ts";

/** The scores on one data set. */
export interface Score {
  readonly loss: number;
  /** `NaN` if the loss has no accuracy, such as that of a regression. */
  readonly accuracy: number;
}

/** One evaluation of a run. */
export interface Evaluated {
  /** Updates done. */
  readonly step: number;
  /** Epochs done, fractions included. */
  readonly epoch: number;
  /** Seconds spent on updates, without evaluations. */
  readonly seconds: number;
  /** Scores by data set: `train`, `validation` and `test`. */
  readonly scores: Readonly<Record<string, Score>>;
}

/** One run of an optimizer. Its losses and accuracies are those after its last update. */
export interface ComparedRun {
  readonly optimizer: string;
  readonly learningRate: number;
  /** The other hyper-parameters. */
  readonly hyperparameters: Setting;
  readonly seed: number;
  readonly epochs: number;
  readonly steps: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  /** Whether a loss became NaN or infinite. The run ended there, and its accuracies mean nothing. */
  readonly diverged: boolean;
  readonly seconds: number;
}

/** An optimizer at a learning rate, with a run for each seed. */
export interface Arm {
  /** The optimizer's name, with the rate where it has several. */
  readonly name: string;
  readonly optimizer: string;
  readonly learningRate: number;
  /** The other hyper-parameters. */
  readonly hyperparameters: Setting;
  /** The runs, in the order of the seeds. */
  readonly runs: readonly ComparedRun[];
  /** The evaluations of each run. */
  readonly points: readonly (readonly Evaluated[])[];
}

/** A setting that was tried. */
export interface Trial {
  /** Its number, from 1 on, in the order of the trials. */
  readonly trial: number;
  /** The hyper-parameters that were tried, the learning rate among them. */
  readonly setting: Setting & { readonly learningRate: number };
  /** The validation loss after the last step for each tuning seed; infinite where a loss was not finite. */
  readonly losses: readonly number[];
  /** Their mean, by which the setting is chosen unless the trials have accuracies. */
  readonly loss: number;
  /** The validation accuracies by tuning seed, if the setting is chosen by them; they mean nothing where one diverged. */
  readonly accuracies?: readonly number[];
  /** Their mean. */
  readonly accuracy?: number;
  /** `true` if a training diverged: then the mean loss is infinite, and the trial is worse than all others. */
  readonly diverged: boolean;
}

/** The data of a comparison. */
export interface Compared {
  readonly arms: readonly Arm[];
  /** The trials of each optimizer that was tuned. */
  readonly trials: Readonly<Record<string, readonly Trial[]>>;
}

/** A measure that runs are compared by. */
export type Measure = "trainLoss" | "validationLoss" | "testLoss" | "testAccuracy";

/** The measures in words. */
export const MEASURES: Readonly<Record<Measure, string>> = {
  trainLoss: "training loss",
  validationLoss: "validation loss",
  testLoss: "test loss",
  testAccuracy: "test accuracy",
};

/** The data set and the score of each measure, as {@linkcode Evaluated} has them. */
export const SCORES = {
  trainLoss: ["train", "loss"],
  validationLoss: ["validation", "loss"],
  testLoss: ["test", "loss"],
  testAccuracy: ["test", "accuracy"],
} as const;

/**
 * Returns what arms are compared by on the test set: the accuracy, or the loss of a task without accuracies, such as a
 * regression.
 */
export function testMeasure({ arms }: Pick<Compared, "arms">): "testAccuracy" | "testLoss" {
  const runs = arms.flatMap((a) => a.runs);
  return runs.length > 0 && runs.every((r) => Number.isNaN(r.testAccuracy)) ? "testLoss" : "testAccuracy";
}

/** Returns all runs as they are written: without accuracies, if their loss has none. */
export function shownRuns(compared: Pick<Compared, "arms">): object[] {
  const accuracies = testMeasure(compared) === "testAccuracy";
  return compared.arms.flatMap((a) => a.runs).map(({ validationAccuracy, testAccuracy, ...run }) => ({
    ...run,
    ...(accuracies ? { validationAccuracy, testAccuracy } : {}),
  }));
}

/** Returns the scores on a data set. @throws {RangeError} when there are none. */
export function scoreOn({ scores }: Evaluated, set: string): Score {
  return required(scores, set, "scores of the set");
}

/** Returns the arm of a name. @throws {RangeError} when there is none. */
export function armNamed(arms: readonly Arm[], name: string): Arm {
  return required(Object.fromEntries(arms.map((a) => [a.name, a])), name, "arm");
}

/** Returns the values of a measure, seed by seed; `NaN` for a run that diverged, whose accuracy is finite but meaningless. */
export function valuesOf(arm: Arm, measure: Measure): number[] {
  return arm.runs.map((r) => (r.diverged ? NaN : r[measure]));
}
