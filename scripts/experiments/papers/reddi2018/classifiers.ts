/**
 * The classifiers of `reddi2018`: logistic regression, a network with one hidden layer, and CIFARNET.
 *
 * @module
 */
import { adam, amsgrad, type Data, type Device, type Model, type Optimizer } from "../../../../mod.ts";
import type { Options, Scale } from "../../../cli/mod.ts";
import { searchRates } from "../../../lab/mod.ts";
import type { Lab, Trained } from "../../../run/mod.ts";
import { accuracyOf } from "../../../statistics/mod.ts";
import {
  classifierOf,
  type NetworkName,
  readParts,
  type SourceName,
  SOURCES,
} from "../../../lab/tasks/mod.ts";
import { BATCH, type ClassifierRun } from "./data.ts";

/** The tasks and settings of the classifiers. */
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
  /** The model of a seed, with its loss. */
  readonly model: (seed: number) => Model;
  /** The schedule for a rate of 1. */
  readonly schedule: (count: number) => number;
  /** Exponent of the rate to begin with. */
  readonly center: number;
}

/** The settings of a task of the paper. */
interface Task {
  /** The networks, by the name that tables have for them. */
  readonly networks: Readonly<
    Record<string, Omit<Case, "name" | "model"> & { readonly network: NetworkName }>
  >;
  readonly epochs: (scale: Scale) => number;
}

/** The paper's two models of MNIST: rates of `alpha / sqrt(t)` and of `alpha`. */
const MNIST_NETWORKS: Task["networks"] = {
  "logistic regression": {
    network: "linear",
    schedule: (count) => 1 / Math.sqrt(count + 1),
    center: -2,
  },
  network: { network: "mlp-100", schedule: () => 1, center: -7 },
};

/** The data sets that can be trained on. */
const TASKS = {
  digits: { networks: MNIST_NETWORKS, epochs: () => 40 },
  mnist: { networks: MNIST_NETWORKS, epochs: () => 10 },
  "cifar-10": {
    networks: { CIFARNET: { network: "cifarnet", schedule: () => 1, center: -10 } },
    epochs: (scale) => (scale === "paper" ? 10 : 4),
  },
} as const satisfies Partial<Record<SourceName, Task>>;

type TaskName = keyof typeof TASKS;

/** Names of the tasks. */
export const TASK_NAMES = Object.keys(TASKS) as readonly TaskName[];

/**
 * Reads the data of a task: by default the embedded digits, or MNIST with a data folder; of CIFAR-10 at the default scale
 * 512 records.
 */
export async function prepareClassifiers(
  { seed, dataDir, device }: Pick<Options, "seed" | "dataDir" | "device">,
  { task = dataDir === undefined ? "digits" : "mnist", scale, epochs }: {
    task: TaskName | undefined;
    scale: Scale;
    epochs: number | undefined;
  },
): Promise<Classifiers> {
  const { networks, ...spec }: Task = TASKS[task];
  const small = task === "cifar-10" && scale !== "paper";
  const split = task === "cifar-10" ? { validation: 0.1, ...(small ? { most: 512 } : {}) } : { test: 0.2 };
  const parts = await readParts(task, { ...split, seed }, {
    dataDir,
    who: `the task ${task}`,
    files: "its data set",
  });
  const { title, short = title }: { title: string; short?: string } = SOURCES[task];
  return {
    title: short,
    train: parts.train,
    test: parts.test,
    cases: Object.entries(networks).map(([name, { network, ...rest }]) => ({
      name,
      model: classifierOf(parts, network).model,
      ...rest,
    })),
    epochs: epochs ?? spec.epochs(scale),
    device,
  };
}

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
  { seeds, progress, lab }: {
    seeds: readonly number[];
    progress: (done: number, of: number, what: string) => void;
    lab: Lab;
  },
): Promise<ClassifierRun[]> {
  const runs: ClassifierRun[] = [];
  for (const [i, { name, model, schedule, center }] of cases.entries()) {
    await using trainer = lab.open({
      name,
      model,
      train,
      evaluate: { train, test },
      metrics: ["loss", "accuracy"],
      batchSize: BATCH,
      device,
    });
    const listed = rules(schedule);
    for (const [j, [rule, make]] of listed.entries()) {
      progress(i * listed.length + j, cases.length * listed.length, `${name}, ${rule}`);
      const at = (rate: number, seed: number) =>
        trainer.train({
          label: `${rule}, rate ${rate}`,
          optimizer: make(rate),
          seed,
          epochs,
          remainder: "drop",
        });
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

const lossOf = ({ points }: Trained) => points.at(-1)!.metrics.train!.loss!;

function scoresOf({ points }: Trained): Omit<ClassifierRun, "model" | "rule" | "rate" | "seed"> {
  const curves = points.map(({ epoch, metrics: { train, test } }) => ({
    epoch,
    trainLoss: train!.loss!,
    testLoss: test!.loss!,
    testAccuracy: accuracyOf(test!),
  }));
  const { epoch: _, ...last } = curves.at(-1)!;
  return { ...last, curves };
}
