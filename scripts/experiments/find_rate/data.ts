/**
 * The data of `find-rate`.
 *
 * @module
 */
import type { OwnStudyConfig } from "../../comparison/mod.ts";

/** The growth of the rate: by the same factor, or by the same amount, at each step. */
export type Growth = "exponential" | "linear";

/** The rates of a range test. */
export interface RateRange {
  /** The rate of the first step, above 0. */
  readonly low: number;
  /** The rate of the last step, above `low`. */
  readonly high: number;
  /** Steps of a test that nothing ends earlier, at least 20. */
  readonly steps: number;
  readonly growth: Growth;
}

/** The settings of the tests. */
export interface FindRateConfig extends RateRange {
  /** The name of the data set. */
  readonly data: string;
  /** `linear`, `mlp`, `cnn`, or an ONNX file. */
  readonly model: string;
  /** Units of the hidden layers. */
  readonly layers: readonly number[];
  /** The training of a user's own model, and the sizes of its parts. */
  readonly own?: OwnStudyConfig;
  readonly seeds: readonly number[];
  readonly batchSize: number;
  /** The clip of all trainings, as a text. */
  readonly clip: string;
  /** The augmentation of the images, and the share of each label that is spread; absent if there is none. */
  readonly augment?: string;
  readonly labelSmoothing?: number;
  /** The decay of the average of the losses, in [0, 1). */
  readonly smoothing: number;
}

/** The training of one test. */
export interface RangeRun {
  readonly optimizer: string;
  /** The other hyper-parameters. */
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  readonly seed: number;
  /** The training loss of each step's batch before its update; the last may be NaN or infinite. */
  readonly losses: readonly number[];
}

/** The data of `find-rate`. */
export interface FindRateData {
  /** The data set and the model. */
  readonly title: string;
  readonly config: FindRateConfig;
  /** The tests by optimizer, with every seed for each. */
  readonly runs: readonly RangeRun[];
}
