/**
 * The measurements of `annealing`: one training, its rate annealed in one way after another.
 *
 * @module
 */
import {
  cosineDecay,
  type EpochRecord,
  exponentialDecay,
  inverseSqrtDecay,
  inverseTimeDecay,
  plateau,
  type Schedule,
  sgd,
  stepDecay,
} from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import { type Options, ownOptions, SCALE, seedsFrom, seedsOption } from "../../../cli/mod.ts";
import { mlpText, type Parts, partsAt, perceptron, type StudyTask } from "../../../lab/mod.ts";
import type { Context, LabTrainer } from "../../../run/mod.ts";
import {
  type AnnealingConfig,
  type AnnealingData,
  type AnnealingEpoch,
  type AnnealingRun,
  CONSTANT,
  PLATEAU,
} from "./data.ts";

/** The options of `annealing`. */
export const OPTIONS = { scale: SCALE, seeds: seedsOption(8) };

/** The sizes of its runs. */
export const SIZES = {
  default: { hidden: [64], epochs: 20, batchSize: 16, learningRate: 0.2 },
  paper: { hidden: [256], epochs: 20, batchSize: 128, learningRate: 0.2 },
};
const MOMENTUM = 0.9;
const THRESHOLD = 0.02;

interface Setup {
  readonly title: string;
  readonly config: AnnealingConfig;
  readonly parts: Parts;
  readonly task: StudyTask;
  /** The rate by step. `plateau` begins with a constant one. */
  readonly schedules: Readonly<Record<string, Schedule>>;
}

/** Reads the data set. */
export async function prepare(options: Options): Promise<Setup> {
  const { scale = "default", seeds: n } = ownOptions(OPTIONS, options);
  const seeds = seedsFrom(options, n);
  const config: AnnealingConfig = {
    scale,
    seeds,
    ...SIZES[scale],
    momentum: MOMENTUM,
    threshold: THRESHOLD,
  };
  const parts = await partsAt(scale, options);
  return {
    title: `${parts.name}, ${mlpText(parts, config.hidden)}`,
    config,
    parts,
    task: perceptron(parts, config.hidden),
    schedules: schedulesOf(config, examplesOf(parts)),
  };
}

function examplesOf({ train }: Parts): number {
  return required(required(train, "x", "input").shape, 0, "dimension");
}

/** The plans: each ends at about a hundredth of the rate, or as near as its form allows. */
function schedulesOf(
  { learningRate, epochs, batchSize }: AnnealingConfig,
  examples: number,
): Record<string, Schedule> {
  const stepsPerEpoch = Math.ceil(examples / batchSize);
  const steps = epochs * stepsPerEpoch;
  const constant = () => learningRate;
  return {
    [CONSTANT]: constant,
    step: stepDecay({ initial: learningRate, factor: 0.1, every: Math.max(1, Math.round(steps / 3)) }),
    exponential: exponentialDecay({ initial: learningRate, factor: 0.01, every: steps }),
    "inverse time": inverseTimeDecay({ initial: learningRate, rate: 99, every: steps }),
    "inverse root": inverseSqrtDecay({ initial: learningRate, scale: stepsPerEpoch }),
    cosine: cosineDecay({ initial: learningRate, steps }),
    [PLATEAU]: constant,
  };
}

/** Trains with each schedule and every seed. */
export async function measure(
  setup: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<AnnealingData> {
  const { title, config, schedules, parts, task } = setup;
  await using trainer = lab.open({
    name: "sgd",
    model: task.model,
    train: task.train,
    evaluate: { train: parts.train, test: parts.test },
    metrics: ["loss", "accuracy"],
    device,
  });
  const trained: Trained[] = [];
  for (const [schedule, rate] of Object.entries(schedules)) {
    for (const seed of config.seeds) {
      const total = Object.keys(schedules).length * config.seeds.length;
      progress(trained.length, total, `${schedule}: seed ${seed}`);
      const records = await train(trainer, { config, schedule, rate, seed });
      trained.push(trainedOf(records, { schedule, rate, seed, learningRate: config.learningRate }));
    }
  }
  return {
    title,
    config,
    schedules: Object.keys(schedules),
    runs: trained.map((t) => t.run),
    epochs: trained.flatMap((t) => t.epochs),
  };
}

interface Training {
  readonly schedule: string;
  readonly rate: Schedule;
  readonly seed: number;
}

async function train(
  trainer: LabTrainer,
  { config, schedule, rate, seed }: Training & Pick<Setup, "config">,
): Promise<readonly EpochRecord[]> {
  const { points } = await trainer.train({
    label: schedule,
    optimizer: sgd({ learningRate: rate, momentum: config.momentum }),
    epochs: config.epochs,
    batchSize: config.batchSize,
    seed,
    goOn: true,
    ...(schedule === PLATEAU
      ? { plateau: plateau({ factor: 0.3, patience: 0, threshold: config.threshold }) }
      : {}),
  });
  return points;
}

interface Trained {
  readonly run: AnnealingRun;
  readonly epochs: readonly AnnealingEpoch[];
}

/** Returns the run of a training, and its epochs. */
function trainedOf(
  records: readonly EpochRecord[],
  { schedule, rate, seed, learningRate }: Training & { learningRate: number },
): Trained {
  const epochs = records.map((r): AnnealingEpoch => {
    const metric = (set: string, name: string) =>
      required(required(r.metrics, set, "metrics of the set"), name, "metric");
    return {
      schedule,
      seed,
      epoch: r.epoch,
      rate: r.learningRateScale * rate(r.step - 1),
      batchLoss: r.trainLoss,
      trainLoss: metric("train", "loss"),
      testLoss: metric("test", "loss"),
      testAccuracy: metric("test", "accuracy"),
    };
  });
  const { trainLoss, testLoss, testAccuracy, rate: last } = required(epochs, epochs.length - 1, "epoch");
  const lowered = records.filter((r, i) => {
    const next = records[i + 1];
    return next !== undefined && next.learningRateScale < r.learningRateScale;
  }).map((r) => r.epoch);
  return {
    run: { schedule, seed, trainLoss, testLoss, testAccuracy, lastScale: last / learningRate, lowered },
    epochs,
  };
}
