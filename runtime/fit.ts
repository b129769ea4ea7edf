/**
 * Training over epochs.
 *
 * @module
 */
import type { Model } from "../onnx/mod.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { permutation } from "../random/permutation.ts";
import type { Plateau } from "../schedules/plateau.ts";
import type { SwitchCriterion, SwitchState } from "../schedules/switch_criterion.ts";
import { epochBatches } from "./batches.ts";
import { evaluator } from "./evaluate.ts";
import {
  type Batches,
  type DataTensor,
  type TrainingProgram,
  trainingProgram,
  type TrainState,
} from "./program.ts";
import type { SessionOptions } from "./session.ts";
import { switchingRun } from "./switching.ts";

/** A data set: a tensor for each input of the model. */
export type Data = Readonly<Record<string, DataTensor>>;

/** When to go over to another optimiser, and to which. */
export interface Switch {
  /** Decides at each step, from the update and the gradient of that step. */
  readonly criterion: SwitchCriterion;
  /** The optimiser to go on with, given the learning rate that the criterion settled on. */
  readonly to: (learningRate: number) => Optimizer;
}

/** What one step told. */
export interface StepRecord {
  /** The number of the step, from 1. */
  readonly step: number;
  /** The epoch it belongs to, from 1. */
  readonly epoch: number;
  /** The mean loss of its batch, before the update. */
  readonly loss: number;
}

/** What was known after an epoch. */
export interface EpochRecord {
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  /** The number of its last step, from 1. */
  readonly step: number;
  /** The mean of the losses of its batches, each before its update. */
  readonly trainLoss: number;
  /** The factor on the learning rate during the epoch. */
  readonly learningRateScale: number;
  /** Metrics by name for each data set in `evaluate`. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** How to train. */
export interface FitOptions extends SessionOptions {
  /** A model with a loss, such as `withLoss` makes. */
  model: Model;
  /** The output to minimise; `"loss"` by default. */
  loss?: string;
  /** The update rule. */
  optimizer: Optimizer;
  /** What to train on. */
  train: Data;
  /** Data sets to evaluate after each epoch, by name. */
  evaluate?: Readonly<Record<string, Data>>;
  /** Outputs of the model to evaluate, means over a batch; the loss by default. */
  metrics?: readonly string[];
  /** How often to go through the data, at least 1. */
  epochs: number;
  /** Examples a step, at least 1; an epoch's last batch holds what is left. */
  batchSize: number;
  /** Seed of the order of the examples, a new one each epoch: a whole number from 0 to 2^32 - 1; 0 by default. */
  seed?: number;
  /** Steps a run of the program, at least 1; 64 by default. It does not change the result. */
  chunk?: number;
  /** Reduces the learning rate by the training loss of the epochs. */
  plateau?: Plateau;
  /** Changes the optimiser by a criterion. */
  switching?: Switch;
  /** Told after each chunk; steps since the last call are in `records`. */
  onChunk?: (
    progress: { step: number; steps: number; epoch: number; records: readonly StepRecord[] },
  ) => void;
  /** Told after each epoch. */
  onEpoch?: (record: EpochRecord) => void;
}

/** What training gave. */
export interface FitResult {
  /** The parameters and the optimiser's state after the last step. */
  readonly state: TrainState;
  /** One record an epoch. */
  readonly epochs: readonly EpochRecord[];
  /** Number of steps taken. */
  readonly steps: number;
  /** The last step before the change of optimiser; absent where it did not change. */
  readonly switchedAtStep?: number;
  /** What the criterion remembers at the end; present where there is one. */
  readonly switchState?: SwitchState;
}

/**
 * Trains a model for a number of epochs, each over all examples in an order of its own.
 *
 * Decisions are the host's, and exact: with `switching`, the step at which the criterion fires is the last of the first
 * optimiser, wherever in a chunk it falls: the chunk is run again up to that step.
 *
 * @throws {RangeError} when an option is out of its range; whatever the program throws.
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const { model, loss = "loss", train, epochs, batchSize, seed = 0, chunk = 64, plateau } = options;
  for (const [name, value] of Object.entries({ epochs, batchSize, chunk })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new RangeError(`${name} must be a whole number of at least 1, got ${value}`);
    }
  }
  const session = sessionOptions(options);
  const count = Object.values(train)[0]!.shape[0]!;
  const stepsPerEpoch = Math.ceil(count / batchSize);
  const switching = options.switching && switchingRun(options.switching);
  const compile = (optimizer: Optimizer, watched: boolean) =>
    trainingProgram({
      ...session,
      model,
      loss,
      optimizer,
      data: train,
      ...(watched ? { statistics: ["update-dot-update", "update-dot-gradient"] } : {}),
    });
  let program: TrainingProgram = await compile(options.optimizer, switching !== undefined);
  const metrics = options.metrics ?? [loss];
  const evaluation = options.evaluate && await evaluator({
    ...session,
    model,
    metrics,
    inputs: train,
    parameters: Object.keys(program.compiled.parameters),
  });
  try {
    let state = program.init();
    let scale = plateau?.init();
    const records: EpochRecord[] = [];
    let step = 0;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const order = permutation({ seed, stream: "shuffle", step: epoch }, count);
      const learningRateScale = scale?.scale ?? 1;
      let total = 0;
      const pending = epochBatches(order, { batchSize, chunk });
      while (pending.length > 0) {
        const batches = pending.shift()!;
        let run = await program.run(state, batches, { learningRateScale });
        let taken: Batches = batches;
        const fired = switching?.observe(run.reports, step);
        if (fired !== undefined) {
          const [before, after] = cut(batches, fired);
          if (after !== null) {
            run = await program.run(state, before, { learningRateScale });
            taken = before;
            pending.unshift(after);
          }
          const params = run.state.params;
          await program.close();
          const next = switching!.next();
          program = await compile(next, false);
          run = { ...run, state: { params, optimizer: next.init(params) } };
        }
        state = run.state;
        const losses = run.reports[loss]!;
        const news = Array.from(losses, (l, k): StepRecord => ({ step: step + k + 1, epoch, loss: l }));
        for (const record of news) total += record.loss * taken.batchSize;
        step += losses.length;
        options.onChunk?.({ step, steps: stepsPerEpoch * epochs, epoch, records: news });
      }
      const trainLoss = total / count;
      const record: EpochRecord = {
        epoch,
        step,
        trainLoss,
        learningRateScale,
        metrics: await evaluateAll(options.evaluate, (data) => evaluation!.evaluate(state.params, data)),
      };
      if (plateau) scale = plateau.update(scale!, trainLoss);
      records.push(record);
      options.onEpoch?.(record);
    }
    return { state, epochs: records, steps: step, ...switching?.result() };
  } finally {
    await program.close();
    await evaluation?.close();
  }
}

async function evaluateAll(
  sets: FitOptions["evaluate"],
  evaluate: (data: Data) => Promise<Record<string, number>>,
): Promise<Record<string, Record<string, number>>> {
  const results: Record<string, Record<string, number>> = {};
  for (const [name, data] of Object.entries(sets ?? {})) results[name] = await evaluate(data);
  return results;
}

/** The first `steps` batches, and the others; `null` where there are none. */
function cut(batches: Batches, steps: number): [Batches, Batches | null] {
  const { batchSize } = batches;
  const rows = Array.from(batches.rows);
  const at = steps * batchSize;
  if (at >= rows.length) return [batches, null];
  return [{ rows: rows.slice(0, at), batchSize }, { rows: rows.slice(at), batchSize }];
}

function sessionOptions({ device, threads, optimization }: SessionOptions): SessionOptions {
  return {
    ...(device === undefined ? {} : { device }),
    ...(threads === undefined ? {} : { threads }),
    ...(optimization === undefined ? {} : { optimization }),
  };
}
