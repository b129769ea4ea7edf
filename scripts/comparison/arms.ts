/**
 * The data of a comparison of optimizers: arms, their runs, and the evaluations of each run.
 *
 * @module
 */
import { required } from "../../options/mod.ts";

/** The scores on one data set. */
export interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

/** One evaluation of a run. */
export interface Evaluated {
  /** Updates done. */
  readonly step: number;
  /** Epochs done, fractions included. */
  readonly epoch: number;
  /** Scores by data set: `train`, `validation` and `test`. */
  readonly scores: Readonly<Record<string, Score>>;
}

/** One run of an optimizer. Its losses and accuracies are those after its last update. */
export interface ComparedRun {
  readonly optimizer: string;
  readonly learningRate: number;
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
  /** The runs, in the order of the seeds. */
  readonly runs: readonly ComparedRun[];
  /** The evaluations of each run. */
  readonly points: readonly (readonly Evaluated[])[];
}

/** A learning rate that was tried, and the loss it gave. */
export interface TriedRate {
  /** The rate is `2^k` times that which tuning started from. */
  readonly k: number;
  readonly rate: number;
  /** The mean over the tuning seeds of a run's lowest validation loss; not finite if a run diverged. */
  readonly loss: number;
}

/** The data of a comparison. */
export interface Compared {
  readonly arms: readonly Arm[];
  /** The rates tried for each optimizer that was tuned. */
  readonly trials: Readonly<Record<string, readonly TriedRate[]>>;
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
