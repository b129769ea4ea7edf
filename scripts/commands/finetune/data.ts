/**
 * The data of `finetune`.
 *
 * @module
 */
import type { ModelParameter } from "../../../mod.ts";
import type { WatchedCurvature } from "../../report/mod.ts";

/** Metrics by data set: `train`, and `validation` and `test` if there are such. */
export type Scores = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The data of a run. */
export interface Data {
  /** The model's file. */
  readonly file: string;
  /** Its parameters, in the types of the file. */
  readonly parameters: readonly (ModelParameter & { readonly trained: boolean })[];
  readonly warnings: readonly string[];
  readonly loss: string;
  /** The number of examples in each set; and of tokens in an example, for language models. */
  readonly examples: Readonly<Record<string, number>>;
  readonly context: number | null;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  /** The schedule of the learning rate, the clip of the gradient, and changes of the examples and their labels, if any. */
  readonly course: {
    readonly schedule: string;
    readonly clip: string;
    readonly augment?: string;
    readonly labelSmoothing?: number;
  };
  readonly seed: number;
  /** The settings of the training. */
  readonly settings: { readonly epochs: number; readonly batchSize: number; readonly chunk?: number };
  readonly steps: number;
  readonly seconds: number;
  /** The metrics before the first step. */
  readonly before: Scores;
  /** The metrics after each epoch. */
  readonly after: readonly Scores[];
  /** The number of examples that are left out because they do not fill a batch of the model's fixed size. */
  readonly left: number;
  /** That size. */
  readonly fixed: number | null;
  /** The measurements of `--watch-curvature`. */
  readonly curvature?: WatchedCurvature;
}
