/**
 * The data of experiments on images.
 *
 * @module
 */

/** A training. */
export interface ImageRun {
  readonly model: string;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly seed: number;
  readonly epochs: number;
  readonly steps: number;
  /** How many numbers are trained. */
  readonly parameters: number;
  /** The mean loss of the batches of the last epoch, each before its update. */
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  readonly seconds: number;
}

/** What was known after an epoch. */
export interface EpochScores {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly testAccuracy: number;
}

/** The data of the experiment. */
export interface Data {
  readonly data: string;
  readonly config: {
    readonly epochs: number;
    readonly batchSize: number;
    readonly chunk: number;
    readonly schedule: string;
    /** How many examples were trained on. */
    readonly examples: number;
  };
  readonly trained: readonly {
    /** The network, and the optimizer where there are several. */
    readonly label: string;
    readonly run: ImageRun;
    readonly curve: readonly EpochScores[];
  }[];
}
