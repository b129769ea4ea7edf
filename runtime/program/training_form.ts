/**
 * The options of a model's training form.
 *
 * @module
 */
import type { OptionNames } from "../../options/mod.ts";
import type { Augment } from "../augment/mod.ts";
import { type Precision, PRECISIONS } from "./half_products.ts";

/** Changes to a model while it trains: its layers, examples and labels, their seed, and the precision of products. */
export interface TrainingFormOptions {
  /**
   * Whether `BatchNormalization` normalizes by the statistics of the batch and keeps running ones for evaluation; `true`
   * by default. With `false` it uses the statistics in the model, as is common in fine-tuning.
   */
  batchStatistics?: boolean;
  /** Whether `Dropout` drops elements; `true` by default. */
  dropout?: boolean;
  /**
   * Random changes of the examples of each batch, by the name of the model's input, applied in order: `{ x:
   * [randomCrop({ padding: 4 }), horizontalFlip()] }`. None by default. They depend on the seed and the number of the
   * step alone, and a rule of several gradients a batch gets the same ones for all of them. Evaluations leave them out.
   */
  augment?: Augment;
  /**
   * The share of each label that is spread evenly over all classes, in [0, 1); 0 by default. The loss must be a
   * cross-entropy of class numbers, as `withLoss` makes it: a mean, without class weights. It equals
   * `CrossEntropyLoss(label_smoothing=…)` of PyTorch. Evaluations leave it out.
   */
  labelSmoothing?: number;
  /** Seed of the masks of dropout and of `augment`: an integer from 0 to 2^53 - 1; 0 by default. */
  seed?: number;
  /**
   * The element type of matrix products and convolutions, forward and backward; `"float32"` by default. With `"float16"`
   * their operands are rounded and their results float16; parameters, state and all else stay float32. Devices `"webgpu"`
   * and `"cuda"` may support it; on `"cpu"` programs refuse it, since ONNX Runtime would compute in float32.
   */
  precision?: Precision;
  /**
   * The factor on the loss for the backward pass, by which the gradients are then divided, so that float16 can hold
   * them: a finite number above 0, best a power of two; by default 1024 for `"float16"`, else 1.
   */
  lossScale?: number;
}

/** The names of {@linkcode TrainingFormOptions}. */
export const TRAINING_FORM_OPTIONS = {
  batchStatistics: "flag",
  dropout: "flag",
  augment: false,
  labelSmoothing: false,
  seed: false,
  precision: PRECISIONS,
  lossScale: false,
} satisfies OptionNames<TrainingFormOptions>;
