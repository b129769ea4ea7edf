/**
 * The data of `flat-minima`.
 *
 * @module
 */

/** The batches that are compared. */
export const BATCHES = ["small", "large"] as const;

/** The name of a size of batches. */
export type BatchName = (typeof BATCHES)[number];

/** A training, and how sharp the loss is at its end. */
export interface FlatRun {
  readonly batch: BatchName;
  readonly seed: number;
  /** Updates to the target; to the end, if it was missed. */
  readonly steps: number;
  /** Whether the training loss reached the target. */
  readonly reached: boolean;
  readonly diverged: boolean;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  /** Keskar et al.'s measure in percent; NaN if it diverged. */
  readonly sharpness: number;
  /** The largest eigenvalue of the Hessian; NaN if it diverged. */
  readonly largest: number;
}

/** The loss on the way from the end with small batches to that with large ones, of one seed. */
export interface Path {
  readonly seed: number;
  readonly losses: readonly number[];
}

/** The settings of all trainings and measures. */
export interface FlatConfig {
  readonly examples: number;
  readonly hidden: readonly number[];
  readonly learningRate: number;
  /** Examples of an update. */
  readonly batches: Readonly<Record<BatchName, number>>;
  /** The training loss at which trainings end. */
  readonly target: number;
  /** The most epochs of a training. */
  readonly epochs: number;
  readonly seeds: readonly number[];
  /** The box of the sharpness has the half-width epsilon (|x| + 1) in each parameter x. */
  readonly epsilon: number;
  /** Steps of the ascent in the box. */
  readonly ascent: number;
  /** Positions on the way from one end (0) to the other (1). */
  readonly at: readonly number[];
}

/** The data of `flat-minima`. */
export interface FlatData {
  readonly title: string;
  readonly config: FlatConfig;
  readonly runs: readonly FlatRun[];
  readonly paths: readonly Path[];
}
