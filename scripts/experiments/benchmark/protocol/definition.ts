/**
 * Digests of what defines the results of the benchmark, apart from the optimizers.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { digestData } from "../../../inputs/mod.ts";
import type { StudyTask } from "../../../lab/mod.ts";
import { exactJson } from "../../../../runtime/checkpoint/mod.ts";
import type { BenchmarkConfig, BenchmarkedProblem, Protocol, Target } from "../data.ts";
import { digestOfModel } from "./model_digest.ts";

/** The version of the benchmark's rules. It counts up with each change that makes results differ. */
export const VERSION = 1;

/** The settings that runs must share to be comparable. */
export type SharedSettings = Pick<
  BenchmarkConfig,
  | "trials"
  | "search"
  | "searchSeed"
  | "seeds"
  | "tuningSeeds"
  | "schedule"
  | "clip"
  | "published"
  | "baselines"
>;

/** The names of {@linkcode SharedSettings} with words for messages. */
export const SHARED_SETTINGS: Readonly<Record<keyof SharedSettings, string>> = {
  trials: "trials",
  search: "what the trials search",
  searchSeed: "seed of the trials' settings",
  seeds: "seeds",
  tuningSeeds: "seeds of the trials",
  schedule: "schedule",
  clip: "clip",
  published: "training on the validation examples",
  baselines: "the rules of published runs",
};

/** Returns the protocol of runs with some settings. */
export function protocolOf(config: SharedSettings): Protocol {
  const names = Object.keys(SHARED_SETTINGS) as readonly (keyof SharedSettings)[];
  return { version: VERSION, digest: digestOf([VERSION, names.map((name) => [name, config[name]])]) };
}

/** The fields of a problem's definition besides its task. */
export type Definition = Pick<
  BenchmarkedProblem,
  "problem" | "title" | "about" | "metric" | "batchSize" | "epochs"
>;

/**
 * Returns the digest of a problem without its target: its texts and sizes, its data, the model with the weights of seed 0,
 * and how the model is trained, such as augmentation.
 *
 * @throws {RangeError} for examples that are read from files as needed: other files would not be told apart.
 */
export function digestOfDefinition(definition: Definition, task: StudyTask): string {
  const { problem, title, about, metric, batchSize, epochs } = definition;
  const { train, evaluate } = task;
  const data = digestData({ ...evaluate, training: train });
  if (data === undefined) {
    throw new RangeError(`${problem}: a problem needs its examples in memory, rows of files have no digest`);
  }
  const model = digestOfModel(task.model(0));
  const trainer = task.trainer ?? {};
  return digestOf([problem, title, about, metric, batchSize, epochs, data, model, trainer]);
}

/** Returns the digest of a problem with its target. */
export function digestWithTarget(definition: string, target: Target | null): string {
  return digestOf([definition, target]);
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(exactJson(value)).digest("hex");
}
