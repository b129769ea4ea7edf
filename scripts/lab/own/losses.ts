/**
 * The losses that a model can be tuned with.
 *
 * @module
 */

/** The losses for fine-tuning a model. */
export const TUNING_LOSSES = ["cross-entropy", "mse", "bce"] as const;

/** One of them. */
export type TuningLoss = typeof TUNING_LOSSES[number];
