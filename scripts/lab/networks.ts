/**
 * Experiments that train several networks, each with one optimizer after another.
 *
 * @module
 */
import {
  chain,
  clipByGlobalNorm,
  cosineDecay,
  type Data,
  type EpochRecord,
  type FitResult,
  type Model,
} from "../../mod.ts";
import { didYouMean, UsageError } from "../console/mod.ts";
import { type Context, Trainings } from "../run/mod.ts";
import { choiceOption } from "../cli/mod.ts";
import type { Row } from "../metrics/mod.ts";
import type { NamedOptimizer } from "./named_optimizers.ts";
import { scheduled } from "./scheduled.ts";

/** The schedules of the learning rate over a training. */
export const SCHEDULES = ["constant", "cosine"] as const;

/** One of them. */
export type ScheduleName = typeof SCHEDULES[number];

/** The option that chooses one. */
export const scheduleOption = choiceOption(
  SCHEDULES,
  "schedule of the learning rate: constant, or half a cosine wave down to 0 (default)",
);

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
export interface Comparison {
  readonly networks: readonly Network[];
  readonly optimizers: readonly NamedOptimizer[];
  readonly train: Data;
  readonly evaluate: Readonly<Record<string, Data>>;
  readonly metrics: readonly string[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly chunk: number;
  readonly schedule: ScheduleName;
  /** The number of examples in one run of the evaluation. */
  readonly evaluationBatchSize: number;
  /** The largest norm of the gradient; no bound by default. */
  readonly clip?: number;
}

/** The result of a training. */
export interface Trained extends FitResult {
  readonly network: string;
  readonly optimizer: string;
  readonly learningRate: number;
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
  const { networks, optimizers, train, schedule, clip, ...settings } = comparison;
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
  for (const [i, { network, title, optimizer: { name: optimizer, entry } }] of jobs.entries()) {
    const learningRate = options.learningRate ?? network.learningRates?.[optimizer] ?? entry.learningRate;
    const made = entry.make(learningRate);
    const rule = schedule === "constant" ? made : scheduled(made, cosineDecay({ initial: 1, steps }));
    const { name } = network;
    const trained = await trainings.train({
      name: title,
      fit: {
        ...settings,
        model: network.model,
        optimizer: clip === undefined ? rule : chain(clipByGlobalNorm(clip), rule),
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
    results.push({ ...trained, network: name, optimizer, learningRate });
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
