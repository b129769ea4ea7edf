/**
 * Sets of images in parts, as DeepOBS trains on them.
 *
 * @module
 */
import { type Data, type DataSet, type Model, sizeOfDataSet, split, takeExamples } from "../../../mod.ts";
import { SUBJECTS } from "../../inputs/mod.ts";
import type { StudyTask } from "../../lab/mod.ts";

/** The training examples to hold out of a set for validation. */
const HELD_OUT = 10_000;

/** The validation examples where all training examples are trained on: nothing may be chosen by them. */
const OVERLAPPING = 1_000;

/** A set with the authors' own test examples. */
export interface ImageSet {
  readonly train: DataSet;
  readonly test: DataSet;
}

/** The task's parts besides the images. */
export interface ImageTaskOptions extends Pick<StudyTask, "metrics" | "trainer"> {
  /** The untrained model of a seed, with its loss. */
  readonly model: (seed: number) => Model;
  /** Makes the inputs of the model from the examples of a part. */
  readonly inputs: (examples: DataSet, part: "train" | "validation" | "test") => Data;
  /** Whether to train on the validation examples too; `false` by default. */
  readonly published?: boolean | undefined;
}

/**
 * Returns the task of training on images, evaluated on `train`, `validation` and `test`. The examples held out for validation
 * are 10,000, or a fifth of a set of less than 50,000. Of the training examples as many are evaluated as there are test
 * examples.
 */
export function imageTask(
  set: ImageSet,
  { inputs, published = false, ...task }: ImageTaskOptions,
): StudyTask {
  const { train, validation } = published ? overlapping(set.train) : heldOut(set.train);
  const parts = {
    train: inputs(train, "train"),
    validation: inputs(validation, "validation"),
    test: inputs(set.test, "test"),
  };
  SUBJECTS.noteData(set.train.name, parts);
  const evaluated = inputs(firstOf(train, sizeOfDataSet(set.test)), "train");
  return { ...task, train: parts.train, evaluate: { ...parts, train: evaluated } };
}

function overlapping(train: DataSet): { train: DataSet; validation: DataSet } {
  const size = sizeOfDataSet(train);
  const count = Math.min(OVERLAPPING, Math.ceil(size / 5));
  return { train, validation: takeExamples(train, range(size - count, count)) };
}

function heldOut(train: DataSet): { train: DataSet; validation: DataSet } {
  const large = sizeOfDataSet(train) >= 5 * HELD_OUT;
  const sizes = large ? { counts: { validation: HELD_OUT } } : { fractions: { validation: 0.2 } };
  return split(train, { ...sizes, seed: 0, stratify: true });
}

/** Returns the first examples of a set, at most `count`. */
export function firstOf(set: DataSet, count: number): DataSet {
  return count >= sizeOfDataSet(set) ? set : takeExamples(set, range(0, count));
}

function range(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i);
}

/** Returns pixels from 0 to 255 as inputs from 0 to 1, and labels as targets. */
export function unitPixels({ inputs: { x, y } }: DataSet): Data {
  return { x: { ...x, scale: 1 / 255 }, target: y } as Data;
}
