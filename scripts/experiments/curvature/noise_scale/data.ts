/**
 * The data of `noise-scale`.
 *
 * @module
 */

/** The settings of all trainings and measurements. */
export interface NoiseConfig {
  readonly seeds: readonly number[];
  /** Units of the perceptron's hidden layers. */
  readonly hidden: readonly number[];
  readonly steps: number;
  /** Steps from one measurement to the next. */
  readonly every: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Examples of each of the batches whose gradients are compared. */
  readonly noiseBatch: number;
  /** Training examples in all of them. */
  readonly examples: number;
}

/** The noise of gradients after some steps. */
export interface NoisePoint {
  readonly step: number;
  /** The mean loss over the examples. */
  readonly loss: number;
  /** The estimates of `tr(S)` and of `|G|^2`; the noise scale is their quotient. */
  readonly variance: number;
  readonly squaredNorm: number;
}

/** A training. */
export interface NoiseRun {
  readonly seed: number;
  readonly diverged: boolean;
  readonly points: readonly NoisePoint[];
}

/** The data of `noise-scale`. */
export interface NoiseData {
  readonly title: string;
  readonly config: NoiseConfig;
  readonly runs: readonly NoiseRun[];
}
