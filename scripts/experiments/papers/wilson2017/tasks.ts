/**
 * The tasks of `wilson2017`: an MLP on the digits, or the paper's VGG on CIFAR-10.
 *
 * @module
 */
import { type Augmentation, type Data, type Device, horizontalFlip, type Model } from "../../../../mod.ts";
import type { Options, Scale } from "../../../cli/mod.ts";
import { classifierOf, readParts } from "../../../lab/tasks/mod.ts";

/** The data sets of a task, read and split. */
export interface Prepared {
  readonly title: string;
  readonly train: Data;
  readonly validation: Data;
  readonly test: Data;
  /** The model of a seed, with its loss. */
  readonly model: (seed: number) => Model;
  /** The augmentation of the training images. */
  readonly augment: readonly Augmentation[];
  readonly batchSize: number;
  readonly epochs: number;
  readonly device: Device;
}

type Source = Pick<Options, "seed" | "device" | "dataDir">;

interface Sizes {
  readonly scale: Scale;
  readonly epochs?: number | undefined;
}

/** The data sets that can be trained on. */
const TASKS = { digits: digitsTask, "cifar-10": cifarTask } as const;

/** Names of the tasks. */
export const TASK_NAMES = Object.keys(TASKS) as readonly (keyof typeof TASKS)[];

/** Reads the data of a task: by default the embedded digits, or with a data folder the paper's own. */
export function prepareComparison(
  options: Source,
  { task = options.dataDir === undefined ? "digits" : "cifar-10", ...sizes }: Sizes & {
    task?: keyof typeof TASKS | undefined;
  },
): Promise<Prepared> {
  return TASKS[task](options, sizes);
}

async function digitsTask(
  { seed, device, dataDir }: Source,
  { scale, epochs = scale === "paper" ? 250 : 30 }: Sizes,
): Promise<Prepared> {
  const place = { dataDir, who: "the task digits" };
  const parts = await readParts("digits", { validation: 0.2, test: 0.2, seed }, place);
  const { model } = classifierOf(parts, "mlp-128");
  const { train, validation, test } = parts;
  return { title: "digits", train, validation, test, model, augment: [], batchSize: 32, epochs, device };
}

/**
 * CIFAR-10 with the paper's network, VGG with batch normalization and dropout, and its flips: the code that the paper builds
 * on turns half of each batch, here each image is turned with probability 1/2. At the default scale a small network on 512
 * records, without flips.
 */
async function cifarTask(
  { seed, device, dataDir }: Source,
  { scale, epochs = scale === "paper" ? 250 : 4 }: Sizes,
): Promise<Prepared> {
  const paper = scale === "paper";
  const place = { dataDir, who: "the task cifar-10", files: "its data set" };
  const parts = await readParts(
    "cifar-10",
    { validation: 0.1, seed, ...(paper ? {} : { most: 512 }) },
    place,
  );
  const { model } = classifierOf(parts, paper ? "vgg" : "vgg-small");
  const { name: title, train, validation, test } = parts;
  const augment = paper ? [horizontalFlip()] : [];
  return { title, train, validation, test, model, augment, batchSize: paper ? 128 : 64, epochs, device };
}
