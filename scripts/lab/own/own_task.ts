/**
 * A user's model and its examples, read and checked together.
 *
 * @module
 */
import { UsageError } from "../../console/mod.ts";
import { SUBJECTS } from "../../inputs/mod.ts";
import { areTokens, type Examples, readExamples } from "./examples.ts";
import { TUNING_LOSSES } from "./losses.ts";
import { EXAMPLE_OPTIONS, type ExampleValues, type ModelValues } from "./options.ts";
import { type OwnModel, readOwnModel } from "./own_model.ts";

/** A model and its examples. */
export interface OwnTask extends OwnModel {
  readonly train: Examples;
  /** The examples of `--validation`. */
  readonly validation: Examples | undefined;
  /** The examples of `--test`. */
  readonly test: Examples | undefined;
}

/** The values of the options that a task is read by. */
export type TaskValues = ModelValues & ExampleValues & {
  readonly model: string | undefined;
  readonly stream?: boolean;
};

/**
 * Reads a model and its examples.
 *
 * @param who the command, for errors
 * @throws {UsageError} for what cannot be trained, or files that do not suit each other.
 */
export async function readOwnTask(own: TaskValues, who: string): Promise<OwnTask> {
  const { loss, train } = own;
  if (loss === undefined) throw new UsageError(`${who} needs --loss ${TUNING_LOSSES.join("|")}`);
  if (train === undefined) throw new UsageError(`${who} needs --train ${EXAMPLE_OPTIONS.train.value}`);
  const classes = own.classes ?? (areTokens(train, undefined) ? "last" : "second");
  const model = await readOwnModel(own, { model: own.model, loss, classes, who });
  const read = (files: readonly string[]) =>
    readExamples(files, {
      ...model.description,
      output: model.compared,
      loss,
      classes,
      scale: own.scale ?? 1,
      ...(own.stream === undefined ? {} : { stream: own.stream }),
      context: own.context,
      vocabulary: own.vocabulary,
    });
  const task = {
    ...model,
    train: await read(train),
    validation: own.validation && await read(own.validation),
    test: own.test && await read(own.test),
  };
  for (const part of ["validation", "test"] as const) requireSameTypes(task, part);
  SUBJECTS.noteModel(model.file, trainedNumbers(model));
  return task;
}

/** Returns how many numbers of a model are trained. */
function trainedNumbers({ trained, description }: Pick<OwnModel, "trained" | "description">): number {
  return [...description.parameters, ...description.hidden]
    .filter(({ name }) => trained.includes(name))
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/** Checks that a part has the element types of the training data: all parts feed the same program. */
function requireSameTypes(task: Pick<OwnTask, "train" | "validation" | "test">, part: "validation" | "test") {
  for (const [name, { dtype }] of Object.entries(task[part]?.data ?? {})) {
    const trained = task.train.data[name]!.dtype;
    if (dtype !== trained) {
      throw new UsageError(`--${part} must hold '${name}' as ${trained}, as --train does, got ${dtype}`);
    }
  }
}
