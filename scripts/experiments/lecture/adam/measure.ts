/**
 * The measurements of `adam`: six optimizers on two models, each tuned alike.
 *
 * @module
 */
import { adam } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import { type Options, ownOptions, SCALE, seedParts, seedsOption } from "../../../cli/mod.ts";
import {
  compareOptimizers,
  type Contender,
  convolutional,
  mlpText,
  OPTIMIZERS,
  partsAt,
  perceptron,
  type StudyTask,
} from "../../../lab/mod.ts";
import type { Context } from "../../../run/mod.ts";
import { type AdamConfig, type AdamData, type AdamModel, LECTURE } from "./data.ts";

/** The options of `adam`. */
export const OPTIONS = { scale: SCALE, seeds: seedsOption(8) };

const SIZES = {
  default: { hidden: [64], epochs: { mlp: 8, cnn: 4 }, batchSize: 32 },
  paper: { hidden: [1000], epochs: { mlp: 10, cnn: 5 }, batchSize: 128 },
};
const NAMES = ["sgd", "momentum", "adagrad", "rmsprop", "adam"];

/** How many seeds rates are chosen by. */
const TUNING_SEEDS = 2;

/** The models to train, and how. */
interface Setup {
  readonly data: string;
  readonly config: AdamConfig;
  readonly tasks: readonly (Omit<AdamModel, "compared"> & { readonly task: StudyTask })[];
}

/** Reads the data set. */
export async function prepare(options: Options): Promise<Setup> {
  const { scale = "default", seeds: n } = ownOptions(OPTIONS, options);
  const [seeds, tuningSeeds] = seedParts(options, { seeds: n, tuning: TUNING_SEEDS });
  const parts = await partsAt(scale, options);
  const { hidden } = SIZES[scale];
  return {
    data: parts.name,
    config: { scale, seeds, tuningSeeds, ...SIZES[scale] },
    tasks: [
      { model: "mlp", text: mlpText(parts, hidden), task: perceptron(parts, hidden) },
      { model: "cnn", text: "CNN", task: convolutional(parts) },
    ],
  };
}

/** Compares the optimizers on each model. */
export async function measure(
  { data, config, tasks }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<AdamData> {
  const { seeds, tuningSeeds, epochs, batchSize } = config;
  const models: AdamModel[] = [];
  for (const [i, { model, text, task }] of tasks.entries()) {
    const compared = await compareOptimizers({
      task,
      contenders: contenders(),
      seeds,
      tuningSeeds,
      epochs: epochs[model],
      batchSize,
      device,
      lab,
      progress: (done, of, what) => progress(i * of + done, tasks.length * of, `${text}, ${what}`),
    });
    models.push({ model, text, compared });
  }
  return { data, config, models };
}

function contenders(): Contender[] {
  const entry = (name: string) => required(OPTIMIZERS, name, "optimizer");
  return [
    ...NAMES.map((name): Contender => ({ name, rates: null, ...entry(name) })),
    {
      name: LECTURE,
      rates: null,
      learningRate: entry("adam").learningRate,
      hyperparameters: { ...entry("adam").hyperparameters, epsilonPlacement: "inside" },
      make: (learningRate) => adam({ learningRate, epsilonPlacement: "inside" }),
    },
  ];
}
