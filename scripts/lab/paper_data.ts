/**
 * What the experiments of the papers share of their data: where it lies, and CIFAR-10 in parts.
 *
 * @module
 */
import { type Data, type DataSet, readCifar10, sizeOfDataSet, split, takeExamples } from "../../mod.ts";
import type { Options } from "../cli/mod.ts";
import { UsageError } from "../console/mod.ts";
import { type CatalogName, dataFolder, howToFetch } from "../fetch/mod.ts";
import { noteFilesOf } from "../inputs/mod.ts";

/** How much of it to take. */
export interface Cifar10Sizes {
  /** The most examples to train on and to test on; a quarter of it for validation; all by default. */
  readonly most?: number;
  /** What the examples to train on are to come out even in; 1 by default. */
  readonly batchSize?: number;
}

/** A tenth of the training images held out for validation, pixels of about zero mean and unit variance. */
export async function cifar10Parts(
  options: Pick<Options, "seed" | "dataDir">,
  { most = Infinity, batchSize = 1 }: Cifar10Sizes,
): Promise<Record<"train" | "validation" | "test", Data>> {
  const { train, test } = await readCifar10(taskFolder("cifar-10", options), {
    onFile: noteFilesOf("cifar-10"),
  });
  const parts = split(train, { fractions: { validation: 0.1 }, seed: options.seed, stratify: true });
  return {
    train: inputs(first(parts.train, most, { batchSize })),
    validation: inputs(first(parts.validation, most / 4)),
    test: inputs(first(test, most)),
  };
}

/** The folder with the data of a task. @throws {UsageError} where there is none. */
export function taskFolder(task: CatalogName, { dataDir }: Pick<Options, "dataDir">): string {
  const folder = dataFolder(task, { dataDir });
  if (folder !== undefined) return folder;
  throw new UsageError(`the task ${task} needs the folder that holds its data set: ${howToFetch(task)}`);
}

/** The first examples, as many of them as come out even. */
export function first(set: DataSet, count: number, { batchSize = 1 }: { batchSize?: number } = {}): DataSet {
  const size = Math.min(count, sizeOfDataSet(set));
  return takeExamples(set, Array.from({ length: size - size % batchSize }, (_, i) => i));
}

/** From bytes to about zero mean and unit variance. */
function inputs(set: DataSet): Data {
  return { x: { ...set.inputs.x!, scale: 1 / 63, shift: -1.92 }, target: set.inputs.y! };
}
