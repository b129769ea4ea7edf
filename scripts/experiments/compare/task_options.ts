/**
 * The options that say what is trained: a data set and a model for it, or a user's own.
 *
 * @module
 */
import {
  AUGMENT_OPTIONS,
  type AugmentValues,
  choiceOption,
  listOption,
  type Options,
  type OwnValues,
  readNumber,
  textOption,
} from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { DATA_SETS } from "../../lab/mod.ts";
import { modelOption, OWN_STUDY_OPTIONS, type OwnStudyValues } from "../../lab/own/mod.ts";

const MODELS = ["linear", "mlp", "cnn"] as const;

/** The options. */
export const TASK_OPTIONS = {
  data: choiceOption(
    DATA_SETS,
    "data set to train on; digits by default; mnist and fashion-mnist need --data-dir",
  ),
  "data-file": textOption("FILE", "another name of --train, for a table"),
  model: modelOption(MODELS, "the model; mlp by default; a file of your own needs --train and --loss"),
  ...OWN_STUDY_OPTIONS,
  ...AUGMENT_OPTIONS,
  hidden: listOption("N,M", "units of the perceptron's hidden layers; 64 by default"),
};

/** The task to train, read from the command line. */
export interface TaskAsked {
  /** `linear`, `mlp`, `cnn`, or an ONNX file. */
  readonly model: string;
  readonly hidden: readonly number[] | undefined;
  readonly data: typeof DATA_SETS[number] | undefined;
  /** The options of a user's own model and examples. */
  readonly own: OwnStudyValues;
  /** The augmentation of images, and the smoothing of labels. */
  readonly augmented: AugmentValues;
  /** Examples a step; by default those that the model takes at a time, or 32. */
  readonly batchSize: number | undefined;
}

/** Reads the options. @throws {UsageError} for values out of range, and for options that exclude each other. */
export function readTask(
  own: OwnValues<typeof TASK_OPTIONS>,
  { batchSize }: Pick<Options, "batchSize">,
): TaskAsked {
  return {
    model: own.model ?? "mlp",
    hidden: own.hidden === undefined ? undefined : hiddenOf(own.hidden),
    data: own.data,
    own: { ...own, train: oneOf(own.train, own["data-file"]) },
    augmented: own,
    batchSize,
  };
}

function oneOf(
  train: readonly string[] | undefined,
  file: string | undefined,
): readonly string[] | undefined {
  if (file === undefined) return train;
  if (train === undefined) return [file];
  throw new UsageError("--train and --data-file are two names of one thing: give one of them");
}

function hiddenOf(given: readonly string[]): number[] {
  return given.map((h) =>
    readNumber("hidden", h, {
      text: "integers of at least 1",
      test: (v) => Number.isInteger(v) && v >= 1,
    })
  );
}
