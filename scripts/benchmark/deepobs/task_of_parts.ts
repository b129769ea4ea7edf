/**
 * Sets in parts, as DeepOBS trains on them.
 *
 * @module
 */
import { type Data, type DataSet, type Model, sizeOfDataSet, takeExamples } from "../../../mod.ts";
import { SUBJECTS } from "../../inputs/mod.ts";
import type { StudyTask } from "../../lab/mod.ts";

/** The training examples to hold out of a set for validation. */
const HELD_OUT = 10_000;

/** The validation examples where all training examples are trained on: nothing may be chosen by them. */
const OVERLAPPING = 1_000;

/** A set in parts; the validation examples may be training examples too. */
export interface SetParts {
  readonly train: DataSet;
  readonly validation: DataSet;
  readonly test: DataSet;
}

/** The task's parts besides the examples. */
export interface TaskOptions extends Pick<StudyTask, "metrics" | "trainer"> {
  /** The untrained model of a seed, with its loss. */
  readonly model: (seed: number) => Model;
  /** Makes the inputs of the model from the examples of a part. */
  readonly inputs: (examples: DataSet, part: keyof SetParts) => Data;
}

/**
 * Returns the task of training on a set, evaluated on `train`, `validation` and `test`. Of the training examples as many are
 * evaluated as there are test examples.
 */
export function taskOfParts(
  { train, validation, test }: SetParts,
  { inputs, ...task }: TaskOptions,
): StudyTask {
  const parts = {
    train: inputs(train, "train"),
    validation: inputs(validation, "validation"),
    test: inputs(test, "test"),
  };
  SUBJECTS.noteData(train.name, parts);
  const evaluated = inputs(rowsOf(train, { start: 0, count: sizeOfDataSet(test) }), "train");
  return { ...task, train: parts.train, evaluate: { ...parts, train: evaluated } };
}

/** Returns how many of the training examples to hold out: 10,000, or a fifth of less than 50,000. */
export function heldOutCount(train: DataSet): number {
  const size = sizeOfDataSet(train);
  return size >= 5 * HELD_OUT ? HELD_OUT : Math.ceil(size / 5);
}

/** Returns all examples as training examples, and the last of them, 1,000 or a fifth of less than 5,000, as validation. */
export function overlapping(train: DataSet): Pick<SetParts, "train" | "validation"> {
  const size = sizeOfDataSet(train);
  const count = Math.min(OVERLAPPING, Math.ceil(size / 5));
  return { train, validation: rowsOf(train, { start: size - count, count }) };
}

/** Returns consecutive examples, as many as there are. */
export function rowsOf(set: DataSet, { start, count }: { start: number; count: number }): DataSet {
  const size = Math.min(count, sizeOfDataSet(set) - start);
  if (size === sizeOfDataSet(set)) return set;
  return takeExamples(set, Array.from({ length: size }, (_, i) => start + i));
}
