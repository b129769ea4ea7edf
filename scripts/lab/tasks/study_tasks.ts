/**
 * Tasks of studies: a data set in parts, split in the same way for all seeds, and a network for it.
 *
 * @module
 */
import type { Options, Scale } from "../../cli/mod.ts";
import type { StudyTask } from "../study.ts";
import { SOURCES } from "./data_sets.ts";
import { mlpOf, type NetworkEntry, NETWORKS } from "./networks.ts";
import { type Parts, readParts } from "./parts.ts";
import { classifierOf } from "./classifier.ts";

/** The names of the data sets for `--data`. */
export const DATA_SETS = ["digits", "iris", "breast-cancer", "mnist", "fashion-mnist"] as const;

type DataSetName = typeof DATA_SETS[number];

/** A fifth of the examples each; a set with its own test examples has 10,000 for validation. */
function heldOut(name: DataSetName): { validation: number; test: number } {
  return { validation: "fetched" in SOURCES[name] ? 10_000 : 0.2, test: 0.2 };
}

/** Returns the embedded digits at the default scale, MNIST at the paper's. @throws {UsageError} without a folder of MNIST. */
export function partsAt(scale: Scale, { dataDir }: Pick<Options, "dataDir">): Promise<Parts> {
  const name = scale === "default" ? "digits" : "mnist";
  return readParts(name, heldOut(name), { dataDir, who: "--scale paper", files: "MNIST's four IDX files" });
}

/** Returns a data set by name, the digits by default. @throws {UsageError} if its files are missing. */
export async function partsOf(
  { name, dataDir }: { name: DataSetName | undefined; dataDir: string | undefined },
): Promise<Parts> {
  const set = name ?? "digits";
  const parts = await readParts(set, heldOut(set), {
    dataDir,
    who: `--data ${set}`,
    files: "its four IDX files",
  });
  return "fetched" in SOURCES[set] ? { ...parts, name: set } : parts;
}

/** Returns the task of a perceptron with some hidden layers or none. */
export function perceptron(parts: Parts, hidden: readonly number[]): StudyTask {
  return studyTask(parts, mlpOf(...hidden));
}

/** Returns the task of a small convolutional network on square images. */
export function convolutional(parts: Parts): StudyTask {
  return studyTask(parts, NETWORKS.cnn);
}

function studyTask(parts: Parts, network: NetworkEntry): StudyTask {
  const { train, validation, test } = parts;
  return { model: classifierOf(parts, network).model, train, evaluate: { train, validation, test } };
}
