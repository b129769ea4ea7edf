/**
 * The data of `language-model`.
 *
 * @module
 */

/** A training. */
export interface LanguageRun {
  /** The network, and the optimizer if there are several. */
  readonly label: string;
  readonly network: string;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  readonly steps: number;
  /** The number of trained numbers. */
  readonly parameters: number;
  /** The mean loss of the batches of the last epoch, each before its update. */
  readonly trainLoss: number;
  /** The perplexity on each part of the text after each epoch. */
  readonly perplexities: readonly Readonly<Record<string, number>>[];
  /** The number of tokens of the embedded text that the model predicts by itself; absent for other texts. */
  readonly recited?: number;
  readonly seconds: number;
}

/** The data of the experiment. */
export interface Data {
  readonly corpus: string;
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly chunk: number;
  /** The schedule of the learning rate, and the clip of the gradient. */
  readonly schedule: string;
  readonly clip: string;
  /** The number of tokens of an example. */
  readonly window: number;
  /** The number of training tokens. */
  readonly tokens: number;
  /** The vocabulary: tokens by number. */
  readonly vocabulary: readonly string[];
  /** The share of the training text that is used. */
  readonly share: number;
  /** The parts of the text that are evaluated. */
  readonly sets: readonly string[];
  readonly trained: readonly LanguageRun[];
}
