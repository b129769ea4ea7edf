/**
 * Many trainings of one task: opened once, run for each learning rate and seed.
 *
 * @module
 */
import { type Data, type Device, type Model, openTrainer, type Optimizer } from "../../mod.ts";

/** What to train, and what to evaluate on. */
export interface StudyTask {
  /** The untrained model of a seed, with the scalar outputs `loss` and `accuracy`, such as `withLoss` makes. */
  readonly model: (seed: number) => Model;
  /** What to train on. */
  readonly train: Data;
  /** Data sets to evaluate on, by name. */
  readonly evaluate: Readonly<Record<string, Data>>;
}

/** What all runs of a study have in common. */
export interface StudyOptions {
  readonly task: StudyTask;
  /** The update rule at a learning rate. */
  readonly make: (learningRate: number) => Optimizer;
  readonly device: Device;
}

/** One run. */
export interface StudyRunOptions {
  readonly learningRate: number;
  /** Seed of the weights and of the order of the examples. */
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** Updates between evaluations, across epochs; those of an epoch by default. */
  readonly every?: number;
  /** Whether to end the run early. */
  readonly until?: (point: StudyPoint) => boolean;
  /** Told after each evaluation. */
  readonly onPoint?: (point: StudyPoint) => void;
}

/** What was known at an evaluation. */
export interface StudyPoint {
  /** Updates done. */
  readonly step: number;
  /** Epochs done, fractions included. */
  readonly epoch: number;
  /** Seconds spent on the updates so far, evaluations apart. */
  readonly seconds: number;
  /** The mean loss of the examples since the last evaluation, each before the update of its batch; of none, `NaN`. */
  readonly batchLoss: number;
  /** Loss and accuracy by data set. */
  readonly scores: Readonly<Record<string, { readonly loss: number; readonly accuracy: number }>>;
}

/** A run's evaluations: the first before any update. */
export interface StudyRun {
  readonly points: readonly StudyPoint[];
  /** The loss of each step's batch, before its update. */
  readonly losses: readonly number[];
  /** Whether a loss was not finite: the run ends there. */
  readonly diverged: boolean;
}

/** An opened study. */
export interface Study extends AsyncDisposable {
  /** Trains a fresh model. */
  run(options: StudyRunOptions): Promise<StudyRun>;
}

/** The most examples in one run of a program. */
const EXAMPLES_A_RUN = 16_384;

/** The most steps in one run of a program. */
const STEPS_A_RUN = 512;

/** Opens a study. */
export async function openStudy({ task, make, device }: StudyOptions): Promise<Study> {
  const trainer = await openTrainer({
    model: task.model(0),
    train: task.train,
    evaluate: task.evaluate,
    metrics: ["loss", "accuracy"],
    device,
  });
  const count = Object.values(task.train)[0]!.shape[0]!;
  return {
    async run({ learningRate, seed, epochs, batchSize, every, until, onPoint }) {
      const size = Math.min(batchSize, count);
      const stepsPerEpoch = Math.floor(count / size);
      const points: StudyPoint[] = [];
      const losses: number[] = [];
      const { diverged } = await trainer.train({
        optimizer: make(learningRate),
        initial: task.model(seed),
        seed,
        epochs,
        batchSize: size,
        // An epoch's left-over examples are dropped: all batches are of one size, and so is the cost of a step.
        remainder: "drop",
        every: every ?? stepsPerEpoch,
        evaluateFirst: true,
        chunk: Math.min(STEPS_A_RUN, Math.max(1, Math.floor(EXAMPLES_A_RUN / size))),
        nonFinite: "end",
        until: () => until?.(points.at(-1)!) ?? false,
        onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
        onPoint({ step, trainLoss, metrics }, { seconds }) {
          const scores = metrics as StudyPoint["scores"];
          points.push({ step, epoch: step / stepsPerEpoch, seconds, batchLoss: trainLoss, scores });
          onPoint?.(points.at(-1)!);
        },
      });
      return { points, losses, diverged };
    },
    [Symbol.asyncDispose]: () => trainer.close(),
  };
}
