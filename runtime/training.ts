/**
 * The engine of `fit`: from one state of a training to the next, a chunk of steps further.
 *
 * @module
 */
import type { Optimizer } from "../optim/optimizer.ts";
import { permutation } from "../random/permutation.ts";
import { firstBatches, nextBatches, repeatBatches } from "./batches.ts";
import { type Evaluator, evaluator } from "./evaluate.ts";
import type { Data, FitOptions } from "./fit.ts";
import {
  checkResume,
  checkTensors,
  type EpochRecord,
  type FitOrder,
  type FitState,
  type StepRecord,
} from "./fit_state.ts";
import { type Batches, type ProgramRun, type TrainingProgram, trainingProgram } from "./program.ts";
import type { SessionOptions } from "./session.ts";
import { observe } from "./switching.ts";
import type { TrainingFormOptions } from "./training_form.ts";

/** A training whose programs are compiled. */
export interface Training extends AsyncDisposable {
  /** The state to begin with: the model's own values, or the state to resume from. */
  start(): FitState;
  /** The state at the end of the next chunk; with the epoch's record where that ends the epoch. */
  advance(state: FitState): Promise<FitState>;
}

/** Compiles what a training needs. @throws {RangeError} when a state to resume from does not belong to the options. */
export async function openTraining(options: FitOptions): Promise<Training> {
  const { resume, switching, plateau, seed = 0, batchSize } = options;
  const order: FitOrder = { seed, examples: Object.values(options.train)[0]!.shape[0]!, batchSize };
  if (resume) {
    checkResume(resume, { order, plateau: plateau !== undefined, switching: switching !== undefined });
  }
  const switched = resume?.switching?.fired ? switching!.to(resume.switching.Lambda) : undefined;
  const engine = new Engine(options, order);
  await engine.open(switched ?? options.optimizer, { watched: switching !== undefined && !switched });
  return engine;
}

class Engine implements Training {
  #program: TrainingProgram | undefined;
  #evaluator: Evaluator | undefined;
  #order: { epoch: number; rows: Uint32Array } | undefined;
  /** The rule in use. */
  #optimizer: Optimizer;

  constructor(readonly options: FitOptions, readonly order: FitOrder) {
    this.#optimizer = options.optimizer;
  }

  async open(optimizer: Optimizer, { watched }: { watched: boolean }): Promise<void> {
    const { model, loss = "loss", train, metrics = [loss], evaluate } = this.options;
    const session = sessionOptions(this.options);
    if (watched && gradientsOf(optimizer) > 1) {
      throw new RangeError(
        `switching needs a rule of one gradient an update, ${optimizer.name} takes ${gradientsOf(optimizer)}`,
      );
    }
    await this.#program?.close();
    this.#optimizer = optimizer;
    const statistics = watched ? ["update-dot-update", "update-dot-gradient"] as const : [];
    this.#program = await trainingProgram({
      ...session,
      ...formOptions(this.options),
      model,
      loss,
      optimizer,
      data: train,
      statistics,
      ...(this.options.parameters && { parameters: this.options.parameters }),
    });
    if (evaluate === undefined || this.#evaluator) return;
    const { parameters: trained, buffers } = this.#program.compiled;
    const parameters = Object.keys({ ...trained, ...buffers });
    try {
      this.#evaluator = await evaluator({
        ...session,
        model,
        metrics,
        inputs: train,
        parameters,
        ...(this.options.evaluationBatchSize && { batchSize: this.options.evaluationBatchSize }),
      });
    } catch (error) {
      await this.#program.close();
      throw error;
    }
  }

  start(): FitState {
    const { resume, plateau, switching } = this.options;
    if (resume) checkTensors(resume.train, this.#program!.compiled);
    return resume ?? {
      train: this.#program!.init(),
      step: 0,
      epoch: 1,
      batch: 0,
      lossSum: 0,
      epochs: [],
      plateau: plateau?.init() ?? null,
      switching: switching?.criterion.init() ?? null,
      order: this.order,
    };
  }

  async advance(state: FitState): Promise<FitState> {
    const { loss = "loss", epochs, onChunk } = this.options;
    const batches = this.#batches(state);
    const { run, taken, next } = await this.#run(state, batches);
    // Of a batch's gradients, the first is the one at the parameters themselves.
    const each = run.reports[loss]!.length / (taken.rows.length / taken.batchSize);
    const losses = run.reports[loss]!.filter((_, k) => k % each === 0);
    const records = Array.from(
      losses,
      (l, k): StepRecord => ({ step: state.step + k + 1, epoch: state.epoch, loss: l }),
    );
    const after: FitState = {
      ...next,
      step: state.step + losses.length,
      batch: state.batch + losses.length,
      lossSum: records.reduce((sum, r) => sum + r.loss * taken.batchSize, state.lossSum),
    };
    const stepsPerEpoch = Math.ceil(this.order.examples / this.order.batchSize);
    onChunk?.({ step: after.step, steps: stepsPerEpoch * epochs, epoch: state.epoch, records });
    return after.batch < stepsPerEpoch ? after : await this.#endEpoch(after);
  }

  /** The batches up to the end of a chunk, of the epoch, or to the next checkpoint, whichever comes first. */
  #batches({ epoch, batch, step }: FitState): Batches {
    const { chunk = 64, checkpoint } = this.options;
    const { seed, examples, batchSize } = this.order;
    if (this.#order?.epoch !== epoch) {
      this.#order = { epoch, rows: permutation({ seed, stream: "shuffle", step: epoch }, examples) };
    }
    const every = checkpoint?.every ?? Infinity;
    const most = Math.min(chunk, every === Infinity ? chunk : every - step % every);
    return nextBatches(this.#order.rows, { batchSize, from: batch, most });
  }

  /** Runs the batches; fewer of them where the criterion fires in between, and with them the change of optimiser. */
  async #run(
    state: FitState,
    batches: Batches,
  ): Promise<{ run: ProgramRun; taken: Batches; next: FitState }> {
    const { switching } = this.options;
    const learningRateScale = state.plateau?.scale ?? 1;
    const repeated = repeatBatches(batches, gradientsOf(this.#optimizer));
    const run = await this.#program!.run(state.train, repeated, { learningRateScale });
    if (switching === undefined || state.switching!.fired) {
      return { run, taken: batches, next: { ...state, train: run.state } };
    }
    const seen = observe(switching.criterion, state.switching!, { reports: run.reports, before: state.step });
    if (seen.firedAfter === undefined) {
      return { run, taken: batches, next: { ...state, train: run.state, switching: seen.state } };
    }
    const taken = firstBatches(batches, seen.firedAfter);
    const last = taken.rows.length === batches.rows.length
      ? run
      : await this.#program!.run(state.train, taken, { learningRateScale });
    const to = switching.to(seen.state.Lambda);
    await this.open(to, { watched: false });
    const train = { ...last.state, optimizer: to.init(last.state.params) };
    return { run: last, taken, next: { ...state, train, switching: seen.state } };
  }

  async #endEpoch(state: FitState): Promise<FitState> {
    const { plateau, evaluate = {}, onEpoch } = this.options;
    const metrics: Record<string, Record<string, number>> = {};
    const params = this.#optimizer.evaluationParams(state.train.params, state.train.optimizer);
    const values = { ...params, ...state.train.buffers };
    for (const [name, data] of Object.entries<Data>(evaluate)) {
      metrics[name] = await this.#evaluator!.evaluate(values, data);
    }
    const record: EpochRecord = {
      epoch: state.epoch,
      step: state.step,
      trainLoss: state.lossSum / this.order.examples,
      learningRateScale: state.plateau?.scale ?? 1,
      metrics,
    };
    onEpoch?.(record);
    return {
      ...state,
      epoch: state.epoch + 1,
      batch: 0,
      lossSum: 0,
      epochs: [...state.epochs, record],
      plateau: plateau ? plateau.update(state.plateau!, record.trainLoss) : null,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.close();
    await this.#evaluator?.close();
  }
}

function gradientsOf({ rule }: Optimizer): number {
  return rule.gradientsPerUpdate ?? 1;
}

function sessionOptions({ device, threads, optimization }: SessionOptions): SessionOptions {
  return {
    ...(device === undefined ? {} : { device }),
    ...(threads === undefined ? {} : { threads }),
    ...(optimization === undefined ? {} : { optimization }),
  };
}

function formOptions({ batchStatistics, dropout, seed }: FitOptions): TrainingFormOptions {
  return {
    ...(batchStatistics === undefined ? {} : { batchStatistics }),
    ...(dropout === undefined ? {} : { dropout }),
    ...(seed === undefined ? {} : { seed }),
  };
}
