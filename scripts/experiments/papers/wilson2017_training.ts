/**
 * The comparison of `wilson2017`: five optimizers, tuned by the paper's protocol.
 *
 * @module
 */
import {
  adagrad,
  adam,
  type Data,
  type DataSet,
  devDecay,
  type Device,
  digits,
  fixedFrequency,
  mlp,
  type Model,
  type Optimizer,
  rmsprop,
  sgd,
  split,
  vgg,
  withLoss,
} from "../../../mod.ts";
import type { Options, Scale } from "../../cli/mod.ts";
import {
  cifar10Parts,
  type RateSearch,
  searchRates,
  type TrainedEpoch,
  Trainer,
  type Training,
} from "../../lab/mod.ts";

/** How the rate falls: the paper's two ways. */
export const DECAYS = [
  { name: "dev-decay", text: "a rate that falls when the validation loss does not (dev-decay, factor 0.9)" },
  { name: "fixed-frequency", text: "a rate that halves ten times (fixed frequency)" },
] as const;

type Decay = typeof DECAYS[number]["name"];

const DEV_FACTOR = 0.9;

/** What to train on, read and split. */
export interface Prepared {
  readonly title: string;
  readonly train: Data;
  readonly validation: Data;
  readonly test: Data;
  readonly model: (seed: number) => Model;
  readonly batchSize: number;
  readonly epochs: number;
  readonly device: Device;
}

/** A training at the best rate of its optimizer. */
export interface ComparedRun {
  readonly problem: string;
  readonly decay: Decay;
  readonly optimizer: string;
  readonly rate: number;
  readonly seed: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testError: number;
  readonly curves: readonly Curve[];
}

/** What was known after an epoch. */
export interface Curve {
  readonly epoch: number;
  /** What the learning rate was in it, as a share of that at the start. */
  readonly scale: number;
  readonly trainLoss: number;
  readonly trainError: number;
  readonly validationLoss: number;
  readonly testLoss: number;
  readonly testError: number;
}

/** How an optimizer was tuned. */
export interface NamedSearch extends RateSearch {
  readonly decay: Decay;
  readonly optimizer: string;
}

/** All of it. */
export interface Comparison {
  readonly runs: readonly ComparedRun[];
  readonly searches: readonly NamedSearch[];
}

/** The optimizers by rate, and the exponent of the rate to begin with. */
const OPTIMIZERS: readonly (readonly [
  name: string,
  make: (learningRate: number) => Optimizer,
  center: number,
])[] = [
  ["sgd", (learningRate) => sgd({ learningRate }), -2],
  ["heavy ball", (learningRate) => sgd({ learningRate, momentum: 0.9 }), -4],
  ["adagrad", (learningRate) => adagrad({ learningRate }), -5],
  ["rmsprop", (learningRate) => rmsprop({ learningRate, decay: 0.9 }), -9],
  ["adam", (learningRate) => adam({ learningRate }), -8],
];

/** What can be trained, by name. */
const TASKS = { digits: digitsTask, "cifar-10": cifarTask } as const;

/** Names of the tasks. */
export const TASK_NAMES = Object.keys(TASKS) as readonly (keyof typeof TASKS)[];

interface Sizes {
  readonly scale: Scale;
  readonly epochs?: number | undefined;
}

/** Reads the data of a task: by default the embedded digits, or with a data folder the paper's own. */
export function prepareComparison(
  options: Pick<Options, "seed" | "device" | "dataDir">,
  { task = options.dataDir === undefined ? "digits" : "cifar-10", ...sizes }: Sizes & {
    task?: keyof typeof TASKS | undefined;
  },
): Promise<Prepared> {
  return TASKS[task](options, sizes);
}

function digitsTask(
  { seed, device }: Pick<Options, "seed" | "device">,
  { scale, epochs = scale === "paper" ? 250 : 30 }: Sizes,
): Promise<Prepared> {
  const parts = split(digits(), { fractions: { validation: 0.2, test: 0.2 }, seed, stratify: true });
  const inputs = (set: DataSet): Data => ({ x: { ...set.inputs.x!, scale: 1 / 16 }, target: set.inputs.y! });
  return Promise.resolve({
    title: "digits",
    train: inputs(parts.train),
    validation: inputs(parts.validation),
    test: inputs(parts.test),
    model: (seed: number) => mlp({ inputs: 64, hidden: [128], outputs: 10, seed }),
    batchSize: 32,
    epochs,
    device,
  });
}

/** CIFAR-10 with the paper's network, VGG with batch normalization and dropout; at the default scale a small one on 512 records. */
async function cifarTask(
  { device, ...options }: Pick<Options, "seed" | "device" | "dataDir">,
  { scale, epochs = scale === "paper" ? 250 : 4 }: Sizes,
): Promise<Prepared> {
  const paper = scale === "paper";
  const batchSize = paper ? 128 : 64;
  const sizes = paper ? {} : { blocks: [[16, 16], [32, 32], [64, 64]], hidden: 128 };
  return {
    title: "CIFAR-10",
    ...await cifar10Parts(options, paper ? {} : { most: 512 }),
    model: (seed) => vgg({ ...sizes, seed }),
    batchSize,
    epochs,
    device,
  };
}

/** Tunes each optimizer under each decay on the first seed, and trains it at its best rate from all. */
export async function comparedRuns(
  prepared: Prepared,
  { seeds, progress }: {
    seeds: readonly number[];
    progress: (done: number, of: number, what: string) => void;
  },
): Promise<Comparison> {
  const { train, validation, test, model, batchSize, device } = prepared;
  await using trainer = new Trainer({
    model: (seed) => withLoss(model(seed), { loss: "cross-entropy" }),
    train,
    sets: { train, validation, test },
    batchSize,
    device,
  });
  const runs: ComparedRun[] = [];
  const searches: NamedSearch[] = [];
  for (const [i, [name, make, center]] of OPTIMIZERS.entries()) {
    for (const [j, { name: decay }] of DECAYS.entries()) {
      progress(i * DECAYS.length + j, OPTIMIZERS.length * DECAYS.length, `${name}, ${decay}`);
      const at = (rate: number, seed: number) =>
        trainer.train(make(rate), {
          seed,
          epochs: prepared.epochs,
          scale: scaleOf(decay, prepared.epochs),
        });
      const search = await searchRates(async (rate) => lowestLoss(await at(rate, seeds[0]!)), { center });
      searches.push({ decay, optimizer: name, ...search });
      for (const seed of seeds) {
        const { rate } = search.best;
        const curves = (await at(rate, seed)).epochs.map((e) => curveOf(e));
        const { trainLoss, testLoss, testError } = curves.at(-1)!;
        runs.push({
          problem: prepared.title,
          decay,
          optimizer: name,
          rate,
          seed,
          trainLoss,
          testLoss,
          testError,
          curves,
        });
      }
    }
  }
  return { runs, searches };
}

/** The share of the rate that is left in an epoch, from what is known of those before. */
function scaleOf(decay: Decay, epochs: number) {
  if (decay === "fixed-frequency") {
    const schedule = fixedFrequency({ initial: 1, factor: 0.5, epochs: Math.ceil(epochs / 10) });
    return (epoch: number) => schedule(epoch - 1);
  }
  const annealing = devDecay({ factor: DEV_FACTOR });
  return (_: number, before: readonly TrainedEpoch[]) =>
    before.reduce((s, e) => annealing.update(s, e.metrics.validation!.loss!), annealing.init()).scale;
}

/** The lowest validation loss; NaN where the training failed. */
function lowestLoss({ epochs }: Training): number {
  const losses = epochs.map((e) => e.metrics.validation!.loss!);
  return losses.every(Number.isFinite) ? Math.min(...losses) : NaN;
}

function curveOf({ epoch, scale, metrics }: TrainedEpoch): Curve {
  const { train, validation, test } = metrics as Record<string, Record<string, number>>;
  return {
    epoch,
    scale,
    trainLoss: train!.loss!,
    trainError: 1 - train!.accuracy!,
    validationLoss: validation!.loss!,
    testLoss: test!.loss!,
    testError: 1 - test!.accuracy!,
  };
}
