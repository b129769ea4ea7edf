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
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  readonly seed: number;
  readonly epochs: number;
  readonly steps: number;
  /** The number of trained numbers. */
  readonly parameters: number;
  /** The mean loss of the batches of the last epoch, each before its update. */
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  readonly seconds: number;
}

/** The metrics after an epoch. */
export interface EpochScores {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationAccuracy: number;
  readonly testAccuracy: number;
}

/** The data of the experiment. */
export interface Data {
  readonly data: string;
  /** The number of classes. */
  readonly classes: number;
  readonly config: {
    readonly epochs: number;
    readonly batchSize: number;
    readonly chunk: number;
    /** The schedule of the learning rate, and the clip of the gradient. */
    readonly schedule: string;
    readonly clip: string;
    /** The augmentation of the images, and the share of each label that is spread; absent if there is none. */
    readonly augment?: string;
    readonly labelSmoothing?: number;
    /** The number of training examples. */
    readonly examples: number;
    /** The number of test examples. */
    readonly tested: number;
  };
  /** The label of the training that is best by validation, whose model is `model.onnx`. */
  readonly best: string;
  readonly trained: readonly {
    /** The network, and the optimizer if there are several. */
    readonly label: string;
    readonly run: ImageRun;
    readonly curve: readonly EpochScores[];
  }[];
}
