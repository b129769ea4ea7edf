/**
 * The measurements of `batch-size`: gradient descent with full batches, single examples and mini-batches, each at the
 * rate that suits it.
 *
 * @module
 */
import { sgd } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import { type Options, ownOptions, SCALE, seedsFrom, seedsOption } from "../../../cli/mod.ts";
import {
  mlpText,
  openStudy,
  partsAt,
  perceptron,
  type Study,
  type StudyRun,
  type StudyTask,
  waitingShare,
} from "../../../lab/mod.ts";
import type { Context } from "../../../run/mod.ts";
import type { BatchSizeConfig, BatchSizeData, BatchSizePoint, BatchSizeRun } from "./data.ts";

/** The options of `batch-size`. */
export const OPTIONS = { scale: SCALE, seeds: seedsOption(8) };

/** The sizes of its runs; `most` is the least limit of the updates of a run. */
export const SIZES = {
  default: { hidden: [64], epochs: 60, most: 400 },
  paper: { hidden: [256], epochs: 20, most: 4000 },
};
const BATCHES = [1, 16, 32, 64, 128, 256, 512];
const RATES = [-7, -6, -5, -4, -3, -2, -1, 0, 1].map((k) => 2 ** k);

/** How often each training is timed. */
const REPEATS = 3;

/** The mean training loss to reach. */
export const TARGET = 0.15;

interface Setup {
  readonly title: string;
  readonly config: BatchSizeConfig;
  readonly task: StudyTask;
  /** Examples to train on. */
  readonly full: number;
  /** The least limit of the updates of a run. */
  readonly most: number;
  /** The epochs that limit a run of many updates. */
  readonly epochs: number;
}

/** Reads the data set. */
export async function prepare(options: Options): Promise<Setup> {
  const { scale = "default", seeds: n } = ownOptions(OPTIONS, options);
  const seeds = seedsFrom(options, n);
  const parts = await partsAt(scale, options);
  const { hidden, epochs, most } = SIZES[scale];
  const full = required(required(parts.train, "x", "input").shape, 0, "dimension");
  return {
    title: `${parts.name}, ${mlpText(parts, hidden)}`,
    config: { scale, seeds, batches: [...BATCHES, full], hidden, target: TARGET, rates: RATES },
    task: { ...perceptron(parts, hidden), evaluate: { train: parts.train } },
    full,
    most,
    epochs,
  };
}

/** Chooses a rate for each batch size, and trains at it with every seed. */
export async function measure(
  { title, config, task, ...limits }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<BatchSizeData> {
  await using study = await openStudy({
    task,
    make: (learningRate) => sgd({ learningRate }),
    device,
    lab,
    name: "sgd",
  });
  const before = waitingShare();
  const runs: BatchSizeRun[] = [];
  const points: BatchSizePoint[] = [];
  const { batches, seeds, rates } = config;
  const each = rates.length + seeds.length;
  for (const [i, batchSize] of batches.entries()) {
    const report = (done: number, what: string) =>
      progress(i * each + done, batches.length * each, `batches of ${batchSize}: ${what}`);
    const budget = { batchSize, limit: limitOf(batchSize, limits), full: limits.full };
    const learningRate = await fastestRate(study, {
      ...budget,
      seed: required(seeds, 0, "seed"),
      onRate: (k) => report(k, "rate"),
    });
    for (const [k, seed] of seeds.entries()) {
      report(rates.length + k, `seed ${seed}`);
      const trained = await timedRun(study, { ...budget, seed, learningRate });
      runs.push(trained.run);
      points.push(...trained.points);
    }
  }
  return { title, config, runs, points, waiting: Math.max(before, waitingShare()) };
}

/** Returns the most updates of a run. */
function limitOf(batchSize: number, { full, most, epochs }: Pick<Setup, "full" | "most" | "epochs">): number {
  return Math.min(Math.max(most, epochs * Math.floor(full / batchSize)), 8 * full);
}

/** The limits of a run. */
interface Budget {
  readonly batchSize: number;
  readonly seed: number;
  /** The most updates. */
  readonly limit: number;
  /** Examples to train on. */
  readonly full: number;
}

/** Trains until the loss is at the target, or for `limit` updates. */
function toTarget(
  study: Study,
  { batchSize, seed, learningRate, limit, full }: Budget & { readonly learningRate: number },
): Promise<StudyRun> {
  const stepsPerEpoch = Math.floor(full / batchSize);
  return study.run({
    learningRate,
    seed,
    batchSize,
    epochs: Math.ceil(limit / stepsPerEpoch),
    // Often enough to see when the target is reached, and rarely enough that the overhead of a run is negligible.
    every: Math.max(4, Math.ceil(stepsPerEpoch / 16)),
    until: ({ step, scores }) =>
      required(scores, "train", "scores of the set").loss <= TARGET || step >= limit,
  });
}

/** Returns the rate that takes the fewest updates. No rate is tried for more updates than the best so far took. */
async function fastestRate(
  study: Study,
  { onRate, ...budget }: Budget & { readonly onRate: (k: number) => void },
): Promise<number> {
  let best = { learningRate: required(RATES, 0, "rate"), updates: budget.limit };
  for (const [k, learningRate] of [...RATES].reverse().entries()) {
    onRate(k);
    const run = await toTarget(study, { ...budget, learningRate, limit: best.updates });
    const { step, loss } = endOf(run);
    if (!run.diverged && loss <= TARGET && step < best.updates) best = { learningRate, updates: step };
  }
  return best.learningRate;
}

/** Trains to the target several times over, and keeps the least time. */
async function timedRun(
  study: Study,
  options: Budget & { readonly learningRate: number },
): Promise<{ run: BatchSizeRun; points: BatchSizePoint[] }> {
  const { batchSize, learningRate, seed } = options;
  const first = await toTarget(study, options);
  const times = [endOf(first).seconds];
  while (times.length < REPEATS) times.push(endOf(await toTarget(study, options)).seconds);
  const { step, epoch, loss } = endOf(first);
  return {
    run: {
      batchSize,
      learningRate,
      seed,
      updates: step,
      epochs: epoch,
      seconds: Math.min(...times),
      times,
      reached: loss <= TARGET,
      diverged: first.diverged,
    },
    points: first.points.map(({ step, epoch, scores }) => ({
      batchSize,
      learningRate,
      seed,
      step,
      epoch,
      trainLoss: required(scores, "train", "scores of the set").loss,
    })),
  };
}

/** Returns the last evaluation of a run, with its training loss. */
function endOf({ points }: StudyRun): { step: number; epoch: number; seconds: number; loss: number } {
  const { step, epoch, seconds, scores } = required(points, points.length - 1, "evaluation");
  return { step, epoch, seconds, loss: required(scores, "train", "scores of the set").loss };
}
