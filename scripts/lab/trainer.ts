/**
 * Training one model many times over: at other rates, from other seeds, or on from where another training stood.
 *
 * @module
 */
import {
  type Data,
  type Device,
  epochIndices,
  type EpochPlan,
  type EvaluationBuffers,
  evaluationBuffers,
  type Evaluator,
  evaluator,
  type Model,
  type Optimizer,
  type Statistic,
  type TrainingProgram,
  trainingProgram,
  type TrainState,
} from "../../mod.ts";
import { initialParams } from "./study.ts";

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
  /** The mean of the losses of its batches, each before its update. */
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
  /** What the learning rate is multiplied by in an epoch, after what was known of those before; 1 by default. */
  readonly scale?: (epoch: number, before: readonly TrainedEpoch[]) => number;
  /** Where to go on from, instead of the start. */
  readonly from?: { readonly state: TrainState; readonly epoch: number };
  /** Whether to keep the state after each epoch; `false` by default. */
  readonly keepStates?: boolean;
}

/** How a training went. */
export interface Training {
  readonly epochs: readonly TrainedEpoch[];
  /** Reports of every step, the loss among them, by name. */
  readonly steps: Readonly<Record<string, readonly number[]>>;
  /** The state after the last epoch. */
  readonly state: TrainState;
  /** The state after each epoch, where it was asked for. */
  readonly states: readonly TrainState[];
}

/**
 * A model, its data and an evaluation that stay open over many trainings. A training ends early when its loss is no
 * longer finite.
 */
export class Trainer implements AsyncDisposable {
  readonly #programs = new Map<Optimizer, TrainingProgram>();
  readonly #initial = new Map<number, TrainState["params"]>();
  #evaluation: Evaluator | undefined;
  #statistics: EvaluationBuffers | undefined;

  constructor(readonly options: TrainerOptions) {}

  /** Steps of an epoch: the examples that are left over are others in each epoch. */
  get stepsPerEpoch(): number {
    const size = Object.values(this.options.train)[0]!.shape[0]!;
    return Math.floor(size / this.options.batchSize);
  }

  /**
   * Trains once. The program of an optimizer is compiled once and kept, so pass the same object for another rate or seed.
   */
  async train(optimizer: Optimizer, training: TrainingOptions): Promise<Training> {
    const { seed, epochs, scale = () => 1, from, keepStates = false } = training;
    const program = await this.#program(optimizer);
    const { batchSize } = this.options;
    const params = this.#params(seed, Object.keys(program.compiled.parameters));
    const initial = program.init();
    let state = from?.state ??
      { ...initial, params, optimizer: optimizer.init(params, initial.buffers) };
    const known: TrainedEpoch[] = [];
    const steps: Record<string, number[]> = {};
    const states: TrainState[] = [];
    for (let epoch = (from?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
      const learningRateScale = scale(epoch, known);
      const { indices } = this.batches(seed, epoch);
      const run = await program.run(state, { rows: indices, batchSize }, { learningRateScale, seed });
      state = run.state;
      for (const [name, values] of Object.entries(run.reports)) (steps[name] ??= []).push(...values);
      const losses = Array.from(run.reports.loss!);
      const batchLoss = losses.reduce((a, b) => a + b, 0) / losses.length;
      const at = optimizer.evaluationParams(state.params, state.optimizer, state.buffers);
      const buffers = await this.#buffers({ optimizer, state, seed });
      const metrics = await this.evaluate({ ...at, ...buffers });
      known.push({ epoch, batchLoss, scale: learningRateScale, metrics });
      if (keepStates) states.push(state);
      if (!Number.isFinite(batchLoss)) break;
    }
    return { epochs: known, steps, state, states };
  }

  /** The batches of an epoch. */
  batches(seed: number, epoch: number): EpochPlan {
    const size = Object.values(this.options.train)[0]!.shape[0]!;
    return epochIndices({ size, batchSize: this.options.batchSize, seed, epoch });
  }

  /** Trains from a state over some batches, for trainings that change within an epoch. */
  async steps(
    optimizer: Optimizer,
    { state, rows, scale, seed }: { state: TrainState; rows: ArrayLike<number>; scale: number; seed: number },
  ): Promise<TrainState> {
    const program = await this.#program(optimizer);
    const batches = { rows, batchSize: this.options.batchSize };
    return (await program.run(state, batches, { learningRateScale: scale, seed })).state;
  }

  /** The state before the first step. */
  async initial(optimizer: Optimizer, seed: number): Promise<TrainState> {
    const program = await this.#program(optimizer);
    const params = this.#params(seed, Object.keys(program.compiled.parameters));
    const initial = program.init();
    return { ...initial, params, optimizer: optimizer.init(params, initial.buffers) };
  }

  /** The metrics of all data sets. */
  async evaluate(params: TrainState["params"]): Promise<TrainedEpoch["metrics"]> {
    const { model, train, sets, metrics = ["loss", "accuracy"], device } = this.options;
    this.#evaluation ??= await evaluator({
      model: model(0),
      metrics,
      inputs: train,
      parameters: Object.keys(params),
      device,
    });
    const results: Record<string, Record<string, number>> = {};
    for (const [name, data] of Object.entries(sets)) {
      results[name] = await this.#evaluation.evaluate(params, data);
    }
    return results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#programs.values()) await program.close();
    await this.#evaluation?.close();
    await this.#statistics?.close();
  }

  /** Returns the running statistics to evaluate a state with. */
  #buffers(of: { optimizer: Optimizer; state: TrainState; seed: number }): Promise<TrainState["buffers"]> {
    const { model, train, device, batchSize } = this.options;
    this.#statistics ??= evaluationBuffers({ model: model(0), data: train, device });
    return this.#statistics.of({ ...of, batchSize });
  }

  async #program(optimizer: Optimizer): Promise<TrainingProgram> {
    let program = this.#programs.get(optimizer);
    if (program === undefined) {
      const { model, train, device, batchSize, statistics = [] } = this.options;
      program = await trainingProgram({
        model: model(0),
        optimizer,
        data: train,
        statistics,
        device,
        batchSize,
      });
      this.#programs.set(optimizer, program);
    }
    return program;
  }

  #params(seed: number, names: readonly string[]): TrainState["params"] {
    let params = this.#initial.get(seed);
    if (params === undefined) {
      params = initialParams(this.options.model(seed), names);
      this.#initial.set(seed, params);
    }
    return params;
  }
}
