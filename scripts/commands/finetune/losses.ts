/**
 * The losses that a model can be tuned with.
 *
 * @module
 */

/** Losses that a model can be tuned with. */
export const TUNING_LOSSES = ["cross-entropy", "mse", "bce"] as const;

/** One of them. */
export type TuningLoss = typeof TUNING_LOSSES[number];
