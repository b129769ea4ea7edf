/**
 * The task of `tuning`: a perceptron on the digits or MNIST, or a user's own model or data.
 *
 * @module
 */
import type { Options, Scale } from "../../../cli/mod.ts";
import { UsageError } from "../../../console/mod.ts";
import { mlpText, partsAt, perceptron, type StudyTask } from "../../../lab/mod.ts";
import { isModelFile, type OwnStudyValues, readOwnParts, readOwnStudy } from "../../../lab/own/mod.ts";
import type { TuningConfig } from "./data.ts";

/** The sizes of its runs. */
export const SIZES = {
  default: { hidden: [64], epochs: 6, batchSize: 32 },
  paper: { hidden: [256], epochs: 3, batchSize: 128 },
};

/** What is trained. */
export interface TuningTask extends Pick<TuningConfig, "scale" | "hidden" | "epochs" | "batchSize" | "own"> {
  /** The data set and the model, for titles. */
  readonly title: string;
  readonly task: StudyTask;
}

/** The options of a user's own model and data, and the scale of the built-in ones. */
export interface TaskOptions {
  readonly scale: Scale | undefined;
  readonly model: string;
  readonly own: OwnStudyValues;
}

/** Reads the data, and the model or makes it. @throws {UsageError} for options that exclude each other. */
export async function taskOf({ scale, model, own }: TaskOptions, options: Options): Promise<TuningTask> {
  const sizes = SIZES[scale ?? "default"];
  const { epochs = sizes.epochs } = options;
  if (scale !== undefined && (isModelFile(model) || own.train !== undefined)) {
    throw new UsageError(
      "--scale chooses the data and the network, and so do --model FILE.onnx and --train: leave one out",
    );
  }
  if (isModelFile(model)) {
    const { title, task, batchSize, told } = await readOwnStudy(own, {
      model,
      who: `tuning --model ${model}`,
      batchSize: { asked: options.batchSize, byDefault: sizes.batchSize },
    });
    return { title, task, hidden: [], epochs, batchSize, own: told };
  }
  const parts = await readOwnParts(own, model);
  const { hidden, batchSize } = { ...sizes, ...(options.batchSize && { batchSize: options.batchSize }) };
  const chosen = parts ?? await partsAt(scale ?? "default", options);
  return {
    title: `${chosen.name}, ${mlpText(chosen, hidden)}`,
    task: perceptron(chosen, hidden),
    ...(parts === undefined ? { scale: scale ?? "default" } : {}),
    hidden,
    epochs,
    batchSize,
  };
}
