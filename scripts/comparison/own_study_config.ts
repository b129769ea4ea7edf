/**
 * The record of a user's own model and examples.
 *
 * @module
 */

/** What a run records of a user's model and examples. */
export interface OwnStudyConfig {
  /** The model's file. */
  readonly model: string;
  /** The number of its trained numbers. */
  readonly parameters: number;
  readonly loss: string;
  /** Where a training starts: at the weights of the file, whatever its seed. */
  readonly start: "file";
  /** The seed of the split, and the number of examples in each part. */
  readonly split: Readonly<Record<"seed" | "train" | "validation" | "test", number>>;
}
