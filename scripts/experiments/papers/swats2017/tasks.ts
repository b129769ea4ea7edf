/**
 * The tasks of `swats2017`.
 *
 * @module
 */
import {
  type Augmentation,
  type Data,
  horizontalFlip,
  type Model,
  randomCrop,
  readCorpus,
  recurrentLanguageModel,
  type TrainerOptions,
  vocabularyOf,
  wordTokens,
} from "../../../../mod.ts";
import type { Options, Scale } from "../../../cli/mod.ts";
import { didYouMean, UsageError } from "../../../console/mod.ts";
import { noteFilesOf, SUBJECTS } from "../../../inputs/mod.ts";
import {
  classifierOf,
  first,
  type NetworkName,
  readParts,
  requiredFolder,
  type SourceName,
  SOURCES,
  type SplitOptions,
  textInputs,
  windowsOf,
  withTokenLoss,
} from "../../../lab/tasks/mod.ts";

/** A model and its data. */
export interface SwatsTask {
  readonly name: string;
  readonly title: string;
  /** The model of a seed, with a loss. */
  readonly model: (seed: number) => Model;
  /** As many examples as make whole batches. */
  readonly train: Data;
  /** The augmentation of the training images; none by default. */
  readonly augment?: readonly Augmentation[];
  readonly validation: Data;
  readonly test: Data;
  readonly batchSize: number;
  readonly epochs: number;
  /** Epochs at which the rates are divided by 10. */
  readonly milestones: readonly number[];
  /** After which epochs the forced switch is tried. */
  readonly switches: readonly number[];
  /** Exponents of 2 of the rates to begin tuning with. */
  readonly centers: { readonly adam: number; readonly sgd: number };
  /** The rates, where they are not to be tuned. */
  readonly rates?: { readonly adam: number; readonly sgd: number };
  /** The score that counts as the result. */
  readonly score: {
    readonly name: string;
    readonly of: (metrics: Readonly<Record<string, number>>) => number;
  };
}

/** The sizes of the tasks. */
export interface TaskSizes {
  readonly scale: Scale;
  readonly epochs?: number | undefined;
}

type Metrics = Readonly<Record<string, number>>;

/** The share of the examples that is classified wrongly. */
const ERROR = { name: "test error, %", of: ({ accuracy }: Metrics) => 100 * (1 - accuracy!) };

/** As many words as would be equally likely. */
const PERPLEXITY = { name: "test perplexity", of: ({ loss }: Metrics) => Math.exp(loss!) };

/** The tasks by name. */
const TASKS = { digits: digitsTask, "cifar-10": cifarTask, ptb: ptbTask } as const;

type TaskName = keyof typeof TASKS;

/** Names of the tasks. */
export const TASK_NAMES = Object.keys(TASKS) as readonly TaskName[];

/**
 * Returns the tasks of a command line: those that are named, else the embedded digits, or with a data folder the paper's own.
 *
 * @throws {UsageError} for a task that is not known, or one that needs a folder without one.
 */
export async function swatsTasks(
  options: Pick<Options, "seed" | "dataDir">,
  { names, ...sizes }: TaskSizes & { names?: readonly string[] | undefined },
): Promise<SwatsTask[]> {
  const chosen = names ?? (options.dataDir === undefined ? ["digits"] : ["cifar-10", "ptb"]);
  const tasks: SwatsTask[] = [];
  for (const name of chosen) {
    if (!(TASK_NAMES as readonly string[]).includes(name)) {
      throw new UsageError(
        `unknown task "${name}".${didYouMean(name, TASK_NAMES)} There are: ${TASK_NAMES.join(", ")}`,
      );
    }
    tasks.push(await TASKS[name as TaskName](options, sizes));
  }
  return tasks;
}

/** Returns the option of a trainer for a task's augmentation. */
export function augmentOf({ augment }: SwatsTask): Pick<TrainerOptions, "augment"> {
  return augment === undefined ? {} : { augment: { x: augment } };
}

/** The milestones of the paper, 150, 225 and 262 of 300 epochs, for another number of them. */
function milestonesOf(epochs: number): number[] {
  return [150, 225, 262].map((m) => Math.round(m * epochs / 300));
}

/** Epochs from the first to the last but one, in about equal ratios. */
function switchesOf(epochs: number): number[] {
  const all = [0, 0.3, 0.55, 0.8, 0.95].map((share) => Math.round(Math.max(1, epochs - 1) ** share));
  return [...new Set(all)];
}

/** Returns what follows from the number of epochs: when the rates fall, and which switches are tried. */
function timesOf(epochs: number) {
  return { epochs, milestones: milestonesOf(epochs), switches: switchesOf(epochs) };
}

/** Reads a data set of labeled examples, and takes a network for it. */
async function classification(
  { data, network, ...split }: SplitOptions & { validation: number; data: SourceName; network: NetworkName },
  { seed, dataDir }: Pick<Options, "seed" | "dataDir">,
) {
  const parts = await readParts(data, { ...split, seed }, {
    dataDir,
    who: `the task ${data}`,
    files: "its data set",
  });
  const { model, title } = classifierOf(parts, network);
  const { title: name, short = name }: { title: string; short?: string } = SOURCES[data];
  const { train, validation, test } = parts;
  return { name: data, title: `${short}, ${title}`, model, train, validation, test, score: ERROR };
}

async function digitsTask(
  options: Pick<Options, "seed" | "dataDir">,
  { scale, epochs = scale === "paper" ? 300 : 40 }: TaskSizes,
): Promise<SwatsTask> {
  const batchSize = 32;
  const split = { validation: 0.2, test: 0.2, batchSize };
  return {
    ...await classification({ data: "digits", network: "mlp-128", ...split }, options),
    batchSize,
    ...timesOf(epochs),
    centers: { adam: -8, sgd: -4 },
  };
}

/**
 * CIFAR-10 with the paper's ResNet-32, its rates, and crops and flips as is usual for ResNets; at the default scale 512 records
 * and a few epochs, without them.
 */
async function cifarTask(
  options: Pick<Options, "seed" | "dataDir">,
  { scale, epochs = scale === "paper" ? 300 : 4 }: TaskSizes,
): Promise<SwatsTask> {
  const [most, batchSize] = scale === "paper" ? [Infinity, 128] : [512, 64];
  const split = { validation: 0.1, most, batchSize };
  return {
    ...await classification({ data: "cifar-10", network: "resnet-32", ...split }, options),
    ...(scale === "paper" ? { augment: [randomCrop({ padding: 4 }), horizontalFlip()] } : {}),
    batchSize,
    ...timesOf(epochs),
    centers: { adam: -10, sgd: -3 },
    rates: { adam: 1e-3, sgd: 0.1 },
  };
}

/** Tokens of an example. */
const WINDOW = 35;

/** Penn Treebank with an LSTM; at the default scale a small one on the first words, with a vocabulary of a thousand. */
async function ptbTask(
  { dataDir }: Pick<Options, "dataDir">,
  { scale, epochs = scale === "paper" ? 750 : 6 }: TaskSizes,
): Promise<SwatsTask> {
  const folder = requiredFolder("ptb", { dataDir, who: "the task ptb", files: "its data set" });
  const corpus = await readCorpus(folder, "ptb", { onFile: noteFilesOf("ptb") });
  const paper = scale === "paper";
  const tokens = (text: string, most: number) => wordTokens(text).slice(0, paper ? Infinity : most);
  const train = tokens(corpus.train, 28_001);
  const vocabulary = vocabularyOf(train, paper ? {} : { size: 1000 });
  const batchSize = paper ? 80 : 20;
  const windows = (words: readonly string[]) => windowsOf(words, { vocabulary, length: WINDOW });
  const sizes = paper
    ? { embedding: 400, hidden: 1150, layers: 3 }
    : { embedding: 100, hidden: 100, layers: 1 };
  const parts = {
    train: textInputs(first(windows(train), Infinity, { batchSize })),
    validation: textInputs(windows(tokens(corpus.valid, 7001))),
    test: textInputs(windows(tokens(corpus.test, 7001))),
  };
  const model = (seed: number) =>
    withTokenLoss(recurrentLanguageModel({ vocabulary: vocabulary.tokens.length, ...sizes, seed }));
  SUBJECTS.noteData("Penn Treebank", parts);
  SUBJECTS.noteModel(`LSTM of ${sizes.hidden} units`, () => model(0));
  return {
    name: "ptb",
    title: `Penn Treebank, LSTM of ${sizes.hidden} units`,
    model,
    ...parts,
    batchSize,
    ...timesOf(epochs),
    centers: { adam: -7, sgd: 1 },
    score: PERPLEXITY,
  };
}
