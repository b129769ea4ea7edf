/**
 * Many trainings of a user's model: a task for studies.
 *
 * @module
 */
import { type Data, prepareModel } from "../../../mod.ts";
import type { OwnValues } from "../../cli/mod.ts";
import type { OwnStudyConfig } from "../../comparison/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { SUBJECTS } from "../../inputs/mod.ts";
import type { StudyTask } from "../study.ts";
import { EXAMPLE_OPTIONS, MODEL_OPTIONS } from "./options.ts";
import { metricsOf, trainableModel } from "./own_model.ts";
import { readOwnTask } from "./own_task.ts";
import { splitExamples } from "./split_examples.ts";

/** The options of studies of a user's own model and examples, besides `--model`. */
export const OWN_STUDY_OPTIONS = {
  ...EXAMPLE_OPTIONS,
  ...heldOutOption("validation"),
  ...heldOutOption("test"),
  ...MODEL_OPTIONS,
};

/** Their values. */
export type OwnStudyValues = OwnValues<typeof OWN_STUDY_OPTIONS>;

/** The share of the examples that is held out for validation, and for the test, if there is no file of them. */
const HELD_OUT = 0.2;

/** The seed of the split: the same for all runs, so that runs with other seeds read the same parts. */
const SPLIT_SEED = 0;

/** A study of a user's model. */
export interface OwnStudy {
  /** The data and the model, for titles. */
  readonly title: string;
  readonly task: StudyTask;
  /** Examples a step: those asked for, or those that the model takes at a time. */
  readonly batchSize: number;
  /** What to record of it. */
  readonly told: OwnStudyConfig;
}

/**
 * Reads a user's model and examples for a study. The validation and the test part come from their files, or else from the
 * training file. Every training starts at the weights of the file: its seed draws the order of the examples and the masks
 * of dropouts.
 *
 * @param options.batchSize the examples a step, if any are asked for, and by default
 * @throws {UsageError} for what cannot be trained, and for trainings that would all be the same.
 */
export async function readOwnStudy(
  own: OwnStudyValues,
  { model: file, who, batchSize: asked }: {
    model: string;
    who: string;
    batchSize: { readonly asked: number | undefined; readonly byDefault: number };
  },
): Promise<OwnStudy> {
  const task = await readOwnTask({ ...own, model: file }, who);
  const { train: examples, validation, test } = task;
  const trainFile = own.train?.join(",") ?? "";
  const parts = splitExamples(examples, {
    fractions: {
      ...(validation === undefined ? { validation: HELD_OUT } : {}),
      ...(test === undefined ? { test: HELD_OUT } : {}),
    },
    seed: SPLIT_SEED,
    file: trainFile,
  });
  const evaluate = {
    train: parts.train,
    validation: validation?.data ?? parts.validation,
    test: test?.data ?? parts.test,
  };
  SUBJECTS.noteData(trainFile, evaluate);
  const model = trainableModel(task, examples.target);
  // Language models are compared by their loss, the logarithm of the perplexity.
  const metrics = task.classes === "last" ? ["loss"] : metricsOf(model);
  const { parameters, dropouts } = prepareModel(model, {
    parameters: task.trained,
    quantization: task.quantization,
  });
  const count = sizeOf(parts.train);
  const { fixed } = examples;
  const batchSize = asked.asked ?? fixed ?? asked.byDefault;
  checkBatches({ batchSize, fixed, count, drops: dropouts.length > 0 });
  return {
    title: `${nameOf(trainFile)}, ${nameOf(file)}`,
    batchSize,
    task: {
      model: () => model,
      train: parts.train,
      evaluate,
      metrics,
      trainer: {
        parameters: task.trained,
        quantization: task.quantization,
        batchStatistics: task.batchStatistics,
        ...(fixed === undefined ? {} : { evaluationBatchSize: fixed }),
      },
    },
    told: {
      model: file,
      parameters: Object.values(parameters).reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0),
      loss: task.loss,
      start: "file",
      split: {
        seed: SPLIT_SEED,
        train: count,
        validation: sizeOf(evaluate.validation),
        test: sizeOf(evaluate.test),
      },
    },
  };
}

/** Checks the batch size against the model's, and that seeds differ in the order of the examples or in dropouts. */
function checkBatches(
  { batchSize, fixed, count, drops }: {
    batchSize: number;
    fixed: number | undefined;
    count: number;
    drops: boolean;
  },
): void {
  if (fixed !== undefined && batchSize !== fixed) {
    throw new UsageError(
      `--batch-size must be ${fixed}, the number of examples that the model takes at a time, got ${batchSize}`,
    );
  }
  if (batchSize < count || drops) return;
  throw new UsageError(
    `--batch-size must be below ${count}, the training examples, got ${batchSize}: with all of them in each step, ` +
      "trainings from the weights of a file are the same for all seeds",
  );
}

function sizeOf(data: Data): number {
  return Object.values(data)[0]?.shape[0] ?? 0;
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

/** Returns the option of a part that is split off the training data by default. */
function heldOutOption<Part extends "validation" | "test">(part: Part) {
  const { value = "", read } = EXAMPLE_OPTIONS[part];
  const text = `${part} data, in the form of --train; by default a fifth of the training data`;
  return { [part]: { value, text, read } } as Readonly<Record<Part, typeof EXAMPLE_OPTIONS[Part]>>;
}
