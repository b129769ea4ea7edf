/**
 * The classifiers of `reddi2018`: logistic regression, a network with one hidden layer, and CIFARNET.
 *
 * @module
 */
import {
  adam,
  amsgrad,
  cifarnet,
  type Data,
  type DataSet,
  type Device,
  digits,
  linear,
  mlp,
  type Model,
  type Optimizer,
  readMnist,
  split,
  withLoss,
} from "../../../mod.ts";
import {
  accuracyOf,
  cifar10Parts,
  meanText,
  searchRates,
  taskFolder,
  Trainer,
  type Training,
} from "../../lab/mod.ts";
import type { Options, Scale } from "../../cli/mod.ts";
import type { ResultTable } from "../../report/mod.ts";
import { noteFilesOf } from "../../inputs/mod.ts";

/** What to train, and on what. */
export interface Classifiers {
  readonly title: string;
  readonly train: Data;
  readonly test: Data;
  readonly cases: readonly Case[];
  readonly epochs: number;
  readonly device: Device;
}

/** A model, and how its rate goes. */
interface Case {
  readonly name: string;
  readonly model: (seed: number) => Model;
  /** The schedule for a rate of 1. */
  readonly schedule: (count: number) => number;
  /** Exponent of the rate to begin with. */
  readonly center: number;
}

/** A training at the best rate of its rule. */
export interface ClassifierRun {
  readonly model: string;
  readonly rule: string;
  readonly rate: number;
  readonly seed: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  /** After each epoch. */
  readonly curves: readonly {
    readonly epoch: number;
    readonly trainLoss: number;
    readonly testLoss: number;
    readonly testAccuracy: number;
  }[];
}

const BATCH = 128;

/** What can be trained, by name. */
const TASKS = { digits: digitsTask, mnist: mnistTask, "cifar-10": cifarTask } as const;

/** Names of the tasks. */
export const TASK_NAMES = Object.keys(TASKS) as readonly (keyof typeof TASKS)[];

interface Sizes {
  readonly scale: Scale;
  readonly epochs: number | undefined;
}

type Source = Pick<Options, "seed" | "dataDir" | "device">;

/** Reads the data of a task: by default the embedded digits, or MNIST with a data folder. */
export function prepareClassifiers(
  options: Source,
  { task = options.dataDir === undefined ? "digits" : "mnist", ...sizes }: Sizes & {
    task: keyof typeof TASKS | undefined;
  },
): Promise<Classifiers> {
  return TASKS[task](options, sizes);
}

function digitsTask({ seed, device }: Source, { epochs = 40 }: Sizes): Promise<Classifiers> {
  const { train, test } = split(digits(), { fractions: { test: 0.2 }, seed, stratify: true });
  const parts = { train: inputs(train, 1 / 16), test: inputs(test, 1 / 16) };
  return Promise.resolve({ title: "digits", ...parts, cases: cases(64), epochs, device });
}

async function mnistTask({ device, ...options }: Source, { epochs = 10 }: Sizes): Promise<Classifiers> {
  const { train, test } = await readMnist(taskFolder("mnist", options), { onFile: noteFilesOf("mnist") });
  const parts = { train: inputs(train, 1 / 255), test: inputs(test, 1 / 255) };
  return { title: "MNIST", ...parts, cases: cases(784), epochs, device };
}

/** CIFAR-10 with the paper's CIFARNET at a constant rate; at the default scale 512 records and a few epochs. */
async function cifarTask(
  { device, ...options }: Source,
  { scale, epochs = scale === "paper" ? 10 : 4 }: Sizes,
): Promise<Classifiers> {
  const { train, test } = await cifar10Parts(options, scale === "paper" ? {} : { most: 512 });
  const cifarnetCase: Case = {
    name: "CIFARNET",
    model: (seed) => cifarnet({ seed }),
    schedule: () => 1,
    center: -10,
  };
  return { title: "CIFAR-10", train, test, cases: [cifarnetCase], epochs, device };
}

function inputs(set: DataSet, scale: number): Data {
  return { x: { ...set.inputs.x!, scale }, target: set.inputs.y! };
}

/** The paper's two models of MNIST: rates of `alpha / sqrt(t)` and of `alpha`. */
const cases = (inputs: number): readonly Case[] => [
  {
    name: "logistic regression",
    model: () => linear({ inputs, outputs: 10 }),
    schedule: (count) => 1 / Math.sqrt(count + 1),
    center: -2,
  },
  {
    name: "network",
    model: (seed) => mlp({ inputs, hidden: [100], outputs: 10, seed }),
    schedule: () => 1,
    center: -7,
  },
];

/** Adam and AMSGrad with both of the paper's values of beta2, at a rate. */
const rules = (schedule: Case["schedule"]): readonly (readonly [string, (rate: number) => Optimizer])[] =>
  [0.99, 0.999].flatMap((beta2) => {
    const settings = (rate: number) => ({ learningRate: (count: number) => rate * schedule(count), beta2 });
    return [
      [`adam, beta2 ${beta2}`, (rate: number) => adam(settings(rate))] as const,
      [`amsgrad, beta2 ${beta2}`, (rate: number) => amsgrad(settings(rate))] as const,
    ];
  });

/** Trains each model with each rule: first for the best rate, by the training loss, then from several seeds. */
export async function classifierRuns(
  { train, test, cases, epochs, device }: Classifiers,
  { seeds, progress }: {
    seeds: readonly number[];
    progress: (done: number, of: number, what: string) => void;
  },
): Promise<ClassifierRun[]> {
  const runs: ClassifierRun[] = [];
  for (const [i, { name, model, schedule, center }] of cases.entries()) {
    await using trainer = new Trainer({
      model: (seed) => withLoss(model(seed), { loss: "cross-entropy" }),
      train,
      sets: { train, test },
      batchSize: BATCH,
      device,
    });
    const listed = rules(schedule);
    for (const [j, [rule, make]] of listed.entries()) {
      progress(i * listed.length + j, cases.length * listed.length, `${name}, ${rule}`);
      const at = (rate: number, seed: number) => trainer.train(make(rate), { seed, epochs });
      const { best } = await searchRates(
        async (rate) => lossOf(await at(rate, seeds[0]!)),
        { center },
      );
      for (const seed of seeds) {
        runs.push({ model: name, rule, rate: best.rate, seed, ...scoresOf(await at(best.rate, seed)) });
      }
    }
  }
  return runs;
}

const lossOf = ({ epochs }: Training) => epochs.at(-1)!.metrics.train!.loss!;

function scoresOf({ epochs }: Training): Omit<ClassifierRun, "model" | "rule" | "rate" | "seed"> {
  const curves = epochs.map(({ epoch, metrics: { train, test } }) => ({
    epoch,
    trainLoss: train!.loss!,
    testLoss: test!.loss!,
    testAccuracy: accuracyOf(test!),
  }));
  const { epoch: _, ...last } = curves.at(-1)!;
  return { ...last, curves };
}

/** The mean and spread over the seeds. */
export function classifierTable(runs: readonly ClassifierRun[], data: string): ResultTable {
  const groups = [...new Set(runs.map((r) => `${r.model}\n${r.rule}`))].map((key) =>
    runs.filter((r) => `${r.model}\n${r.rule}` === key)
  );
  return {
    title: `Classifiers on ${data}`,
    header: ["model", "rule", "alpha", "train loss", "test loss", "test accuracy, %"],
    rows: groups.map((g) => [
      g[0]!.model,
      g[0]!.rule,
      g[0]!.rate.toPrecision(3),
      meanText(g.map((r) => r.trainLoss)),
      meanText(g.map((r) => r.testLoss)),
      meanText(g.map((r) => 100 * r.testAccuracy), 2),
    ]),
    note:
      `Batches of ${BATCH}; alpha / sqrt(t) for a regression, alpha for a network; alpha is the best power of 2 by the training loss of the first seed.`,
  };
}
