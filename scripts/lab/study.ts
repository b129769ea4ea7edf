/**
 * Many runs of one training program: compiled once for an optimizer, run for each learning rate and seed.
 *
 * @module
 */
import {
  type Data,
  type Device,
  epochIndices,
  evaluationBuffers,
  evaluator,
  graphOf,
  type Model,
  type Optimizer,
  type Tensor,
  trainingProgram,
  type TrainState,
} from "../../mod.ts";
import { mean } from "../statistics/mod.ts";

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
  /** The update rule at a learning rate, which must be a factor of its updates. */
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
  /** The mean loss of the batches since the last evaluation, each before its update; of none, `NaN`. */
  readonly batchLoss: number;
  /** Loss and accuracy by data set. */
  readonly scores: Readonly<Record<string, { readonly loss: number; readonly accuracy: number }>>;
}

/** A run's evaluations: the first before any update. */
export interface StudyRun {
  readonly points: readonly StudyPoint[];
  /** The loss of each step's batch, before its update. */
  readonly losses: readonly number[];
  /** Whether a loss was not a finite number: the run ends there. */
  readonly diverged: boolean;
}

/** An opened study. */
export interface Study extends AsyncDisposable {
  /** Trains a fresh model. */
  run(options: StudyRunOptions): Promise<StudyRun>;
}

/** The most examples in one run of a program. */
const EXAMPLES_A_RUN = 16_384;

/** The most steps in one run of a program: a training that diverges ends soon after. */
const STEPS_A_RUN = 512;

/** Opens a study. */
export async function openStudy({ task, make, device }: StudyOptions): Promise<Study> {
  const model = task.model(0);
  const optimizer = make(1);
  const program = await trainingProgram({ model, optimizer, data: task.train, device });
  const names = Object.keys(program.compiled.parameters);
  const evaluation = await evaluator({
    model,
    metrics: ["loss", "accuracy"],
    inputs: task.train,
    parameters: [...names, ...Object.keys(program.compiled.buffers)],
    device,
  });
  const statistics = evaluationBuffers({ model, data: task.train, device });
  const count = Object.values(task.train)[0]!.shape[0]!;
  return {
    async run({ learningRate, seed, epochs, batchSize, every, until, onPoint }) {
      const size = Math.min(batchSize, count);
      // An epoch's left-over examples are dropped: all batches are of one size, and so is the cost of a step.
      const stepsPerEpoch = Math.floor(count / size);
      const steps = epochs * stepsPerEpoch;
      const params = initialParams(task.model(seed), names);
      const initial = program.init();
      let state: TrainState = { ...initial, params, optimizer: optimizer.init(params, initial.buffers) };
      const points: StudyPoint[] = [];
      const losses: number[] = [];
      let seconds = 0;
      const look = async (step: number, batchLoss: number): Promise<boolean> => {
        const scores: Record<string, { loss: number; accuracy: number }> = {};
        const values = {
          ...optimizer.evaluationParams(state.params, state.optimizer, state.buffers),
          ...await statistics.of({ optimizer, state, batchSize: size, seed }),
        };
        for (const [name, data] of Object.entries(task.evaluate)) {
          const { loss, accuracy } = await evaluation.evaluate(values, data);
          scores[name] = { loss: loss!, accuracy: accuracy! };
        }
        const point = { step, epoch: step / stepsPerEpoch, seconds, batchLoss, scores };
        points.push(point);
        onPoint?.(point);
        return until?.(point) ?? false;
      };
      await look(0, NaN);
      let step = 0;
      let order = { epoch: 0, rows: new Int32Array() };
      const batch = (step: number): Int32Array => {
        const epoch = 1 + Math.floor(step / stepsPerEpoch);
        if (order.epoch !== epoch) {
          order = { epoch, rows: epochIndices({ size: count, batchSize: size, seed, epoch }).indices };
        }
        const within = step % stepsPerEpoch;
        return order.rows.subarray(within * size, (within + 1) * size);
      };
      while (step < steps) {
        const next = Math.min(steps, step + (every ?? stepsPerEpoch));
        const from = step;
        while (step < next) {
          const n = Math.min(next - step, Math.max(1, Math.floor(EXAMPLES_A_RUN / size)), STEPS_A_RUN);
          const rows = new Int32Array(n * size);
          for (let k = 0; k < n; k++) rows.set(batch(step + k), k * size);
          const started = performance.now();
          const run = await program.run(state, { rows, batchSize: size }, {
            learningRateScale: learningRate,
            seed,
          });
          seconds += (performance.now() - started) / 1000;
          state = run.state;
          losses.push(...run.reports.loss!);
          step += n;
          if (!Number.isFinite(losses.at(-1))) break;
        }
        const batchLoss = mean(losses.slice(from));
        const done = await look(step, batchLoss);
        if (![batchLoss, ...Object.values(points.at(-1)!.scores).map((s) => s.loss)].every(Number.isFinite)) {
          return { points, losses, diverged: true };
        }
        if (done) break;
      }
      return { points, losses, diverged: false };
    },
    async [Symbol.asyncDispose]() {
      await program.close();
      await evaluation.close();
      await statistics.close();
    },
  };
}

/** The initial values of a model's parameters. */
export function initialParams(model: Model, names: readonly string[]): Record<string, Tensor> {
  const { graph } = graphOf(model);
  return Object.fromEntries(names.map((n) => [n, graph.initializers.get(n)!.tensor()]));
}
