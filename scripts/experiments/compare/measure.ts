/**
 * The measurements of `compare`: optimizers x rates x seeds.
 *
 * @module
 */
import { type Options, seedParts } from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import {
  compareOptimizers,
  type Contender,
  convolutional,
  loadedOptimizers,
  mlpText,
  type NamedOptimizer,
  type Parts,
  partsOf,
  perceptron,
  type StudyTask,
} from "../../lab/mod.ts";
import type { Context } from "../../run/mod.ts";
import type { CompareConfig, CompareData } from "./data.ts";
import { type Asked, DEFAULTS, readOptions } from "./options.ts";

/** How many seeds rates are chosen by. */
const TUNING_SEEDS = 2;

interface Setup extends Omit<CompareData, "compared"> {
  readonly task: StudyTask;
  readonly contenders: readonly Contender[];
}

/** Loads the optimizers and the data set. @throws {UsageError} for optimizers and models that it cannot compare. */
export async function prepare(options: Options): Promise<Setup> {
  const asked = readOptions(options);
  const optimizers = await comparableOptimizers(options);
  const { model, rates, epochs, batchSize } = asked;
  const [seeds, tuningSeeds] = seedParts(options, { seeds: asked.seeds, tuning: TUNING_SEEDS });
  const parts = await partsOf({ name: asked.data, file: asked.file, dataDir: options.dataDir });
  const layers = model === "mlp" ? asked.hidden : [];
  const config: CompareConfig = {
    data: parts.name,
    model,
    layers,
    seeds,
    tuningSeeds,
    epochs,
    batchSize,
    rates,
  };
  return {
    title: `${parts.name}, ${model === "cnn" ? "CNN" : mlpText(parts, layers)}`,
    config,
    task: taskOf(parts, config),
    contenders: optimizers.map((o) => contender(o, rates)),
  };
}

/** @throws {UsageError} for an optimizer that a comparison cannot run. */
async function comparableOptimizers(options: Options): Promise<readonly NamedOptimizer[]> {
  const chosen = await loadedOptimizers(options, DEFAULTS.optimizers);
  for (const { name, entry, gradientsPerUpdate } of chosen) {
    const several = gradientsPerUpdate > 1;
    if (entry.switching === undefined && !several) continue;
    const why = several ? "takes several gradients of a batch" : "changes its rule on the way";
    throw new UsageError(`compare cannot run "${name}", which ${why}: use digits or csv`);
  }
  return chosen;
}

function taskOf(parts: Parts, { model, layers }: CompareConfig): StudyTask {
  if (model === "cnn" && !parts.image) {
    throw new UsageError(`--model cnn needs images, and ${parts.name} has none: take mlp or linear`);
  }
  return model === "cnn" ? convolutional(parts) : perceptron(parts, layers);
}

function contender({ name, entry, learningRate }: NamedOptimizer, rates: Asked["rates"]): Contender {
  const chosen = rates === "own" || learningRate !== undefined
    ? [entry.learningRate]
    : rates === "tuned"
    ? null
    : rates;
  return { name, rates: chosen, ...entry };
}

/** Compares the optimizers. */
export async function measure(
  { task, contenders, title, config }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<CompareData> {
  const { seeds, tuningSeeds, epochs, batchSize } = config;
  const compared = await compareOptimizers({
    task,
    contenders,
    seeds,
    tuningSeeds,
    epochs,
    batchSize,
    device,
    lab,
    progress,
  });
  return { title, config, compared };
}
