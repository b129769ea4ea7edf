/**
 * Experiments that train several networks, each with one optimizer after another.
 *
 * @module
 */
import type { Data, EpochRecord, FitResult, Model, TrainerOptions } from "../../mod.ts";
import { didYouMean, UsageError } from "../console/mod.ts";
import { type Context, Trainings } from "../run/mod.ts";
import type { Row } from "../metrics/mod.ts";
import { type CourseTexts, type NamedOptimizer, type Plain, rateOf, requireFit } from "./optimizers/mod.ts";

/** A network to train. */
export interface Network {
  /** Its name. */
  readonly name: string;
  /** The network with its loss. */
  readonly model: Model;
  /** Learning rates that replace those of the table for this network. */
  readonly learningRates?: Readonly<Record<string, number>>;
}

/** The settings by which all of them are trained. */
export interface Comparison extends Pick<TrainerOptions, "augment" | "labelSmoothing"> {
  readonly networks: readonly Network[];
  readonly optimizers: readonly NamedOptimizer[];
  readonly train: Data;
  readonly evaluate: Readonly<Record<string, Data>>;
  readonly metrics: readonly string[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly chunk: number;
  /** The schedule and the clip of the optimizers, for the record. */
  readonly course: CourseTexts;
  /** The number of examples in one run of the evaluation. */
  readonly evaluationBatchSize: number;
}

/** The result of a training. */
export interface Trained extends FitResult {
  readonly network: string;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly hyperparameters: Readonly<Record<string, Plain>>;
  readonly seconds: number;
}

/**
 * Trains each network with each optimizer.
 *
 * @param columns.scores the columns of `metrics.csv` for the metrics after an epoch
 */
export async function trainNetworks(
  comparison: Comparison,
  { context, scores }: { context: Context; scores: (epoch: EpochRecord) => Record<string, number> },
  columns: readonly string[],
): Promise<Trained[]> {
  const { networks, optimizers, train, course: _, ...settings } = comparison;
  const { options, progress } = context;
  const steps = settings.epochs * Math.ceil(Object.values(train)[0]!.shape[0]! / settings.batchSize);
  const jobs = networks.flatMap((network) =>
    optimizers.map((optimizer) => {
      const title = optimizers.length === 1 ? network.name : `${network.name}-${optimizer.name}`;
      return { network, optimizer, title };
    })
  );
  const twice = jobs.find(({ title }, i) => jobs.findIndex((j) => j.title === title) !== i);
  // `resnet` with `32-adam.ts` and `resnet-32` with `adam` would share a folder of checkpoints.
  if (twice !== undefined) {
    throw new UsageError(
      `two trainings would be named "${twice.title}": give the optimizer's file another name`,
    );
  }
  const entries = optimizers.map((o) => o.entry);
  for (const { model } of networks) requireFit(entries, { model, steps });
  using trainings = new Trainings(context, [
    "model",
    "optimizer",
    "seed",
    "step",
    "epoch",
    "batchLoss",
    "trainLoss",
    ...columns,
  ]);
  const results: Trained[] = [];
  for (const [i, { network, title, optimizer: chosen }] of jobs.entries()) {
    const { name: optimizer, entry, hyperparameters } = chosen;
    const learningRate = rateOf(chosen, { options, preferred: network.learningRates });
    const { name } = network;
    const trained = await trainings.train({
      name: title,
      fit: {
        ...settings,
        model: network.model,
        optimizer: entry.make(learningRate, { steps }),
        ...(entry.switching ? { switching: entry.switching() } : {}),
        train,
        seed: options.seed,
        device: options.device,
        onChunk: ({ step, steps }) =>
          progress(i * steps + step, jobs.length * steps, `${name}, ${optimizer} (${i + 1}/${jobs.length})`),
      },
      row: ({ step, epoch, loss }, ended): Row => ({
        model: name,
        optimizer,
        seed: options.seed,
        step,
        epoch,
        batchLoss: loss,
        ...(ended ? { trainLoss: ended.trainLoss, ...scores(ended) } : {}),
      }),
    });
    results.push({ ...trained, network: name, optimizer, learningRate, hyperparameters });
  }
  return results;
}

/** Returns the chosen names. @throws {UsageError} naming the first unknown one. */
export function chosenNetworks(
  asked: readonly string[] | undefined,
  { all, defaults }: { all: readonly string[]; defaults: readonly string[] },
): readonly string[] {
  const names = asked ?? defaults;
  if (names.length === 0) throw new UsageError(`--model needs one or more of ${all.join(", ")}`);
  for (const [i, name] of names.entries()) {
    if (!all.includes(name)) {
      throw new UsageError(`unknown model "${name}".${didYouMean(name, all)} There are: ${all.join(", ")}`);
    }
    if (names.indexOf(name) !== i) throw new UsageError(`--model names "${name}" twice`);
  }
  return names;
}

/** Returns the initializers of a model after a training, including running statistics. */
export function trainedTensors(
  { evaluationParams, evaluationBuffers }: Pick<FitResult, "evaluationParams" | "evaluationBuffers">,
): FitResult["state"]["params"] {
  return { ...evaluationParams, ...evaluationBuffers };
}

/** Returns how many numbers a training changes. */
export function sizeOfParameters({ state }: FitResult): number {
  return Object.values(state.params).reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0);
}
