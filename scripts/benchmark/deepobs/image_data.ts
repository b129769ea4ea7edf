/**
 * Tasks on sets of images.
 *
 * @module
 */
import { type Data, type DataSet, split } from "../../../mod.ts";
import type { StudyTask } from "../../lab/mod.ts";
import { heldOutCount, overlapping, taskOfParts, type TaskOptions } from "./task_of_parts.ts";

/** A set with the authors' own test examples. */
export interface ImageSet {
  readonly train: DataSet;
  readonly test: DataSet;
}

/** The task's parts besides the images. */
export interface ImageTaskOptions extends TaskOptions {
  /** Trains on the validation examples too; `false` by default. */
  readonly published?: boolean | undefined;
}

/**
 * Returns the task of training on images. The examples held out for validation are 10,000, or a fifth of a set of less than
 * 50,000, in each class the same share.
 */
export function imageTask(
  { train, test }: ImageSet,
  { published = false, ...task }: ImageTaskOptions,
): StudyTask {
  const counts = { validation: heldOutCount(train) };
  const parts = published ? overlapping(train) : split(train, { counts, seed: 0, stratify: true });
  return taskOfParts({ ...parts, test }, task);
}

/** Returns pixels from 0 to 255 as inputs from 0 to 1, and labels as targets. */
export function unitPixels({ inputs: { x, y } }: DataSet): Data {
  return { x: { ...x, scale: 1 / 255 }, target: y } as Data;
}
