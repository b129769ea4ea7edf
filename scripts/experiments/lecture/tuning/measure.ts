/**
 * The measurements of `tuning`: every optimizer over as many rates, centered at its usual one.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { type Options, ownOptions, SCALE, seedsFrom, seedsOption } from "../../../cli/mod.ts";
import {
  compareOptimizers,
  type Contender,
  mlpText,
  OPTIMIZERS,
  partsAt,
  perceptron,
  type StudyTask,
} from "../../../lab/mod.ts";
import type { Context } from "../../../run/mod.ts";
import type { TunedOptimizer, TuningConfig, TuningData } from "./data.ts";

/** The options of `tuning`. */
export const OPTIONS = { scale: SCALE, seeds: seedsOption(8) };

/** The sizes of its runs. */
export const SIZES = {
  default: { hidden: [64], epochs: 6, batchSize: 32 },
  paper: { hidden: [256], epochs: 3, batchSize: 128 },
};

/** The optimizers. */
export const NAMES = ["sgd", "momentum", "adagrad", "rmsprop", "adam"];

/** The factors on each optimizer's usual rate: 4^k. */
export const FACTORS = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((k) => 4 ** k);

interface Setup extends Omit<TuningData, "optimizers" | "compared"> {
  readonly task: StudyTask;
  readonly contenders: readonly (TunedOptimizer & Contender)[];
}

/** Reads the data set. */
export async function prepare(options: Options): Promise<Setup> {
  const { scale = "default", seeds: n } = ownOptions(OPTIONS, options);
  const config: TuningConfig = { scale, seeds: seedsFrom(options, n), ...SIZES[scale], factors: FACTORS };
  const parts = await partsAt(scale, options);
  return {
    title: `${parts.name}, ${mlpText(parts, config.hidden)}`,
    classes: parts.classes,
    config,
    task: perceptron(parts, config.hidden),
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
