/**
 * The data of `learning-rate`.
 *
 * @module
 */
import type { Scale } from "../../../cli/mod.ts";

/** The settings of the runs. */
export interface LearningRateConfig {
  readonly scale: Scale;
  readonly seeds: readonly number[];
  /** The rates, in ascending order, each twice the one before. */
  readonly rates: readonly number[];
  readonly updates: number;
  readonly batchSize: number;
  /** Units of the perceptron's hidden layers. */
  readonly hidden: readonly number[];
}

/** One run. */
export interface LearningRateRun {
  readonly learningRate: number;
  readonly seed: number;
  /** The training loss before each update, up to the first that is not finite; at least one. */
  readonly losses: readonly number[];
}

/** The data of `learning-rate`. */
export interface LearningRateData {
  /** The data set and the model. */
  readonly title: string;
  /** Classes of the data set. */
  readonly classes: number;
  readonly config: LearningRateConfig;
  /** The runs by ascending rate, with every seed for each. */
  readonly runs: readonly LearningRateRun[];
}
