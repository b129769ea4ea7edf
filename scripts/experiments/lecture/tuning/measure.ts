/**
 * The measurements of `tuning`: every optimizer over as many rates, centered at its usual one.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { type Options, ownOptions, SCALE, seedsFrom, seedsOption } from "../../../cli/mod.ts";
import { compareOptimizers, type Contender, OPTIMIZERS, type StudyTask } from "../../../lab/mod.ts";
import { modelOption, OWN_STUDY_OPTIONS } from "../../../lab/own/mod.ts";
import type { Context } from "../../../run/mod.ts";
import type { TunedOptimizer, TuningData } from "./data.ts";
import { taskOf } from "./task.ts";

// --scale has another meaning here.
const { scale: _, ...OWN } = OWN_STUDY_OPTIONS;

/** The options of `tuning`. */
export const OPTIONS = {
  seeds: seedsOption(8),
  model: modelOption(["mlp"], "the model; mlp by default; a file of your own needs --train and --loss"),
  ...OWN,
  scale: SCALE,
};

/** The optimizers. */
export const NAMES = ["sgd", "momentum", "adagrad", "rmsprop", "adam"];

/** The factors on each optimizer's usual rate: 4^k. */
export const FACTORS = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((k) => 4 ** k);

interface Setup extends Omit<TuningData, "optimizers" | "compared"> {
  readonly task: StudyTask;
  readonly contenders: readonly (TunedOptimizer & Contender)[];
}

/** Reads the data and the model. */
export async function prepare(options: Options): Promise<Setup> {
  const { scale, seeds: n, model = "mlp", ...own } = ownOptions(OPTIONS, options);
  const seeds = seedsFrom(options, n);
  const { title, task, ...sizes } = await taskOf(
    { scale, model, own: { ...own, scale: undefined } },
    options,
  );
  return {
    title,
    config: { seeds, ...sizes, factors: FACTORS },
    task,
    contenders: NAMES.map(contender),
  };
}

function contender(name: string): TunedOptimizer & Contender {
  const entry = required(OPTIMIZERS, name, "optimizer");
  const rates = FACTORS.map((factor) => Number((entry.learningRate * factor).toPrecision(6)));
  return { name, rates, ...entry };
}

/** Runs each optimizer at each of its rates with every seed. */
export async function measure(
  { task, contenders, ...rest }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<TuningData> {
  const { seeds, epochs, batchSize } = rest.config;
  const compared = await compareOptimizers({
    task,
    contenders,
    seeds,
    tuningSeeds: [],
    epochs,
    batchSize,
    device,
    lab,
    progress,
  });
  const optimizers = contenders.map(({ name, learningRate, rates }) => ({ name, learningRate, rates }));
  return { ...rest, optimizers, compared };
}
