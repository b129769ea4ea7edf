/**
 * The options of a model's training form.
 *
 * @module
 */
import type { OptionNames } from "../../options/mod.ts";
import { type Precision, PRECISIONS } from "./half_products.ts";

/** The layers that take their training form, the seed of their masks, and the precision of products. */
export interface TrainingFormOptions {
  /**
   * Whether `BatchNormalization` normalizes by the statistics of the batch and keeps running ones for evaluation; `true`
   * by default. With `false` it uses the statistics in the model, as is common in fine-tuning.
   */
  batchStatistics?: boolean;
  /** Whether `Dropout` drops elements; `true` by default. */
  dropout?: boolean;
  /** Seed of the masks of dropout: an integer from 0 to 2^53 - 1; 0 by default. */
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
  seed: false,
  precision: PRECISIONS,
  lossScale: false,
} satisfies OptionNames<TrainingFormOptions>;
