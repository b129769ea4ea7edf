/**
 * The data of `tuning`.
 *
 * @module
 */
import type { Scale } from "../../../cli/mod.ts";
import type { Compared, OwnStudyConfig } from "../../../comparison/mod.ts";

/** The settings of the runs. */
export interface TuningConfig {
  /** Absent for a model or data of a user's own. */
  readonly scale?: Scale;
  readonly seeds: readonly number[];
  /** Units of the perceptron's hidden layers; none for a user's own model. */
  readonly hidden: readonly number[];
  /** How a user's own model is trained, and the sizes of its parts. */
  readonly own?: OwnStudyConfig;
  readonly epochs: number;
  readonly batchSize: number;
  /** The factors on each optimizer's usual rate, in ascending order; 1 is among them. */
  readonly factors: readonly number[];
}

/** An optimizer, and the rates it was run at. */
export interface TunedOptimizer {
  readonly name: string;
  /** Its usual rate. */
  readonly learningRate: number;
  /** A rate for each factor. */
  readonly rates: readonly number[];
}

/** The data of `tuning`. */
export interface TuningData {
  /** The data set and the model. */
  readonly title: string;
  readonly config: TuningConfig;
  readonly optimizers: readonly TunedOptimizer[];
  /** An arm for each optimizer and rate, in that order. */
  readonly compared: Compared;
}
