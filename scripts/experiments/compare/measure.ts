/**
 * The measurements of `compare`: each optimizer is tuned by trials, then run with every seed.
 *
 * @module
 */
import { type Options, seedParts } from "../../cli/mod.ts";
import { compareOptimizers, type Contender, courseOf, requireFit } from "../../lab/mod.ts";
import type { Context } from "../../run/mod.ts";
import { contendersOf } from "./contenders.ts";
import type { CompareConfig, CompareData, CompareTuning } from "./data.ts";
import { type Asked, readOptions } from "./options.ts";
import { type CompareTask, taskOf } from "./task.ts";

/** How many seeds settings are chosen by. */
const TUNING_SEEDS = 2;

interface Setup extends Omit<CompareData, "compared"> {
  readonly task: CompareTask["task"];
  readonly contenders: readonly Contender[];
}

/** Loads the optimizers and the data set. @throws {UsageError} for optimizers and models that it cannot compare. */
export async function prepare(options: Options): Promise<Setup> {
  const asked = readOptions(options);
  const contenders = await contendersOf(asked, options);
  const [seeds, tuningSeeds] = seedParts(options, { seeds: asked.seeds, tuning: TUNING_SEEDS });
  const { title, task, batchSize, ...told } = await taskOf(asked, { ...options, who: "compare" });
  const { length, rates } = asked;
  const config: CompareConfig = {
    ...told,
    ...courseOf(options).texts,
    seeds,
    tuningSeeds,
    ...length,
    batchSize,
    rates,
    ...(rates === "search" ? { tuning: tuningOf(contenders, { asked, options }) } : {}),
  };
  requireFit(contenders, { model: task.model(options.seed) });
  return { title, config, task, contenders };
}

function tuningOf(
  contenders: readonly Contender[],
  { asked: { budget }, options: { seed } }: { asked: Asked; options: Options },
): CompareTuning {
  return { budget, seed, spaces: Object.fromEntries(contenders.map((c) => [c.name, c.space ?? {}])) };
}

/** Compares the optimizers. */
export async function measure(
  { task, contenders, title, config }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<CompareData> {
  const { seeds, tuningSeeds, batchSize, tuning, epochs, steps, seconds } = config;
  const compared = await compareOptimizers({
    task,
    contenders,
    seeds,
    tuningSeeds,
    ...(tuning === undefined ? {} : { budget: tuning.budget, searchSeed: tuning.seed }),
    ...(epochs === undefined ? {} : { epochs }),
    ...(steps === undefined ? {} : { steps }),
    ...(seconds === undefined ? {} : { seconds }),
    batchSize,
    device,
    lab,
    progress,
  });
  return { title, config, compared };
}
