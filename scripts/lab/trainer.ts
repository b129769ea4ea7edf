/**
 * Training one model many times over: at other rates, from other seeds, or on from where another training stood.
 *
 * @module
 */
import {
  type Data,
  type Device,
  type EpochRecord,
  type Model,
  openTrainer,
  type Optimizer,
  type Statistic,
  type Trainer as OpenedTrainer,
  type TrainState,
} from "../../mod.ts";

/** What to train, and what to measure. */
export interface TrainerOptions {
  /** The model of a seed, with a loss: of the same parameters and shapes for every seed. */
  readonly model: (seed: number) => Model;
  readonly train: Data;
  /** Data sets to evaluate after each epoch, by name. */
  readonly sets: Readonly<Record<string, Data>>;
  /** Outputs of the model to evaluate; loss and accuracy by default. */
  readonly metrics?: readonly string[];
  readonly batchSize: number;
  readonly device: Device;
  /** Sums over all parameters to report each step; none by default. */
  readonly statistics?: readonly Statistic[];
}

/** What was known after an epoch. */
export interface TrainedEpoch {
  /** From 1. */
  readonly epoch: number;
  /** The mean loss of its examples, each before the update of its batch. */
  readonly batchLoss: number;
  /** What the learning rate was multiplied by in it. */
  readonly scale: number;
  /** For each data set, the metrics by name. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** How to train once. */
export interface TrainingOptions {
  /** Seed of the weights and of the order of the examples. */
  readonly seed: number;
  readonly epochs: number;
  /** The step to end after, if that comes before the last epoch's end. */
  readonly steps?: number;
  /** What the learning rate is multiplied by in an epoch, after what was known of those before; 1 by default. */
  readonly scale?: (epoch: number, before: readonly TrainedEpoch[]) => number;
  /** Where to go on from, instead of the start: a state, and the number of steps that led to it. */
  readonly from?: { readonly state: TrainState; readonly step: number };
  /** Whether to keep the state after each epoch; `false` by default. */
  readonly keepStates?: boolean;
}

/** How a training went. */
export interface Training {
  /** What was known after each epoch, and after the last step. */
  readonly epochs: readonly TrainedEpoch[];
  /** Reports of every step, the loss among them, by name. */
  readonly steps: Readonly<Record<string, readonly number[]>>;
  /** The state after the last epoch. */
  readonly state: TrainState;
  /** The state after each epoch, where it was asked for. */
  readonly states: readonly TrainState[];
}

/**
 * A model, its data and an evaluation that stay open over many trainings. Examples that are left over when batches do
 * not come out even are dropped. A training ends at the first loss that is not finite.
 */
export class Trainer implements AsyncDisposable {
  #opened: Promise<OpenedTrainer> | undefined;

  constructor(readonly options: TrainerOptions) {}

  /** Steps of an epoch: the examples that are left over are others in each epoch. */
  get stepsPerEpoch(): number {
    const size = Object.values(this.options.train)[0]!.shape[0]!;
    return Math.floor(size / this.options.batchSize);
  }

  /** Trains once. */
  async train(optimizer: Optimizer, training: TrainingOptions): Promise<Training> {
    const { seed, epochs, steps, scale, from, keepStates = false } = training;
    const trainer = await (this.#opened ??= this.#open());
    const reports: Record<string, number[]> = {};
    const states: TrainState[] = [];
    const result = await trainer.train({
      optimizer,
      seed,
      epochs,
      remainder: "drop",
      nonFinite: "end",
      ...(steps === undefined ? {} : { steps }),
      ...(from === undefined ? { initial: this.options.model(seed) } : { from }),
      ...(scale === undefined
        ? {}
        : { learningRateScale: (epoch, before) => scale(epoch, before.map(trainedEpoch)) }),
      onChunk(chunk) {
        for (const [name, values] of Object.entries(chunk.reports)) {
          (reports[name] ??= []).push(...Array.from(values));
        }
      },
      onPoint: (_, { state }) => void (keepStates && states.push(state)),
    });
    return { epochs: result.epochs.map(trainedEpoch), steps: reports, state: result.state, states };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#opened)?.close();
  }

  #open(): Promise<OpenedTrainer> {
    const { model, train, sets, metrics = ["loss", "accuracy"], batchSize, device, statistics = [] } =
      this.options;
    return openTrainer({ model: model(0), train, evaluate: sets, metrics, batchSize, device, statistics });
  }
}

function trainedEpoch({ epoch, trainLoss, learningRateScale, metrics }: EpochRecord): TrainedEpoch {
  return { epoch, batchLoss: trainLoss, scale: learningRateScale, metrics };
}
