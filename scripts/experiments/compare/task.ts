/**
 * The task of `compare`: a data set and a model for it, or a user's own.
 *
 * @module
 */
import { augmented, type Options } from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { convolutional, mlpText, type Parts, partsOf, perceptron, type StudyTask } from "../../lab/mod.ts";
import { isModelFile, readOwnParts, readOwnStudy } from "../../lab/own/mod.ts";
import type { CompareConfig } from "./data.ts";
import type { TaskAsked } from "./task_options.ts";

/** Examples a step by default. */
export const BATCH_SIZE = 32;

/** What is trained. */
export interface CompareTask extends
  Pick<
    CompareConfig,
    "data" | "model" | "layers" | "own" | "batchSize" | "augment" | "labelSmoothing"
  > {
  /** The data set and the model, for titles. */
  readonly title: string;
  readonly task: StudyTask;
}

/** The place of data sets, and the name of the command for messages. */
export interface TaskPlace extends Pick<Options, "dataDir"> {
  readonly who: string;
}

/** Reads the data, and the model or makes it for the data. @throws {UsageError} for a model that does not suit the data. */
export async function taskOf(asked: TaskAsked, options: TaskPlace): Promise<CompareTask> {
  const { task, ...told } = isModelFile(asked.model)
    ? await ownTask(asked, options)
    : await namedTask(asked, options);
  const { trainer, texts } = augmented(asked.augmented, {
    train: task.train,
    name: told.data,
    ...(told.own === undefined ? {} : { loss: told.own.loss }),
  });
  return { ...told, ...texts, task: { ...task, trainer: { ...task.trainer, ...trainer } } };
}

/** Reads the data by name, and makes a model for it. */
async function namedTask(asked: TaskAsked, options: Pick<Options, "dataDir">): Promise<CompareTask> {
  const { model, hidden = [64] } = asked;
  const parts = await partsFor(asked, options);
  const layers = model === "mlp" ? hidden : [];
  const told = { data: parts.name, model, layers, batchSize: asked.batchSize ?? BATCH_SIZE };
  if (model !== "cnn") {
    return { ...told, title: `${parts.name}, ${mlpText(parts, layers)}`, task: perceptron(parts, layers) };
  }
  if (!parts.image) {
    throw new UsageError(`--model cnn needs images, and ${parts.name} has none: take mlp or linear`);
  }
  return { ...told, title: `${parts.name}, CNN`, task: convolutional(parts) };
}

/** Reads a user's model and examples. */
async function ownTask(
  { model, hidden, data, own, batchSize }: TaskAsked,
  { who }: TaskPlace,
): Promise<CompareTask> {
  if (data !== undefined) {
    throw new UsageError(`--data ${data} is for linear, mlp and cnn: ${model} needs --train FILES`);
  }
  if (hidden !== undefined) throw new UsageError(`--hidden is for mlp, ${model} has its own layers`);
  const study = await readOwnStudy(own, {
    model,
    who: `${who} --model ${model}`,
    batchSize: { asked: batchSize, byDefault: BATCH_SIZE },
  });
  const { title, task, told } = study;
  return {
    title,
    task,
    data: own.train?.join(",") ?? "",
    model,
    layers: [],
    batchSize: study.batchSize,
    own: told,
  };
}

/** Reads a data set by name, or a user's own for a network that is made for it. */
async function partsFor(
  { model, data, own }: TaskAsked,
  { dataDir }: Pick<Options, "dataDir">,
): Promise<Parts> {
  if (data !== undefined && own.train !== undefined) {
    throw new UsageError("--data and --train (or --data-file) cannot both be given");
  }
  return await readOwnParts(own, model) ?? await partsOf({ name: data, dataDir });
}
