/**
 * Training by a minimizer, such as L-BFGS: each step is an iteration over all examples.
 *
 * @module
 */
import type { Minimizer, MinimizerStep } from "../../optim/minimize/mod.ts";
import type { TrainState } from "../program/mod.ts";
import { NumericalError } from "./faults.ts";
import { checkResume, type EpochRecord, type FitState, NO_FAULTS, type StepRecord } from "./fit_state.ts";
import type { TrainResult } from "./train_once.ts";
import type { Checkpointing, SaveReason, TrainOptions } from "./train_options.ts";
import type { Shared } from "./training.ts";
import { GRADIENT_RULE, stateAt, WholeLoss } from "./whole_loss.ts";

/** Options of a training by a minimizer. */
export interface FullBatchOptions extends Omit<TrainOptions, "optimizer"> {
  readonly method: Minimizer;
  readonly batchSize: number;
}

/** The parameters of a model. */
type ModelParams = TrainState["params"];

/** Trains by a minimizer until it converges, or the options end it. */
export async function fullBatchTraining(shared: Shared, options: FullBatchOptions): Promise<TrainResult> {
  return await new FullBatch(shared, options).train();
}

class FullBatch {
  readonly #shared: Shared;
  readonly #options: FullBatchOptions;
  readonly #loss: WholeLoss;
  readonly #last: number;
  #seconds = 0;

  constructor(shared: Shared, options: FullBatchOptions) {
    this.#shared = shared;
    this.#options = options;
    this.#loss = new WholeLoss(shared.programs, options.batchSize);
    // An epoch is one step.
    this.#last = Math.min(options.epochs ?? Infinity, options.steps ?? Infinity);
    shared.evaluation.requireSets(options.evaluateOnly ?? []);
  }

  async train(): Promise<TrainResult> {
    const { checkpoint, signal, resume } = this.#options;
    // A training that is over needs no program.
    if (resume !== undefined && this.#isOver(resume)) return resultOf(resume);
    let state = await this.#begin();
    let over = this.#isOver(state);
    while (!over) {
      state = await this.#advance(state);
      over = this.#isOver(state);
      const why = over ? undefined : reasonToSave(state, { checkpoint, signal });
      if (why !== undefined) await checkpoint?.save(state, why);
      if (!over) signal?.throwIfAborted();
    }
    await checkpoint?.save(state, "end");
    return resultOf(state);
  }

  /** Takes a step, unless the minimizer has converged. */
  async #advance(state: FitState): Promise<FitState> {
    const { params, optimizer } = state.train;
    const started = performance.now();
    const step = await this.#options.method.step({ params, state: optimizer }, this.#evaluate(state));
    this.#seconds += (performance.now() - started) / 1000;
    if (!Number.isFinite(step.value)) await this.#fail(state, step.value);
    const next = step.converged === null ? state : { ...state, converged: step.converged };
    if (step.evaluations > 0) return await this.#count(next, step);
    return next.epochs.at(-1)?.step === next.step ? next : await this.#record(next);
  }

  /** Returns the state before the first step. */
  async #begin(): Promise<FitState> {
    const { resume, batchSize, seed = 0, method, evaluateFirst = false, initial } = this.#options;
    const order = { seed, examples: batchSize, batchSize };
    if (resume) checkResume(resume, { order, plateau: false, switching: false });
    const program = await this.#loss.open();
    const { params, buffers } = resume?.train ?? this.#shared.initial(program, initial);
    await this.#loss.chooseSession({ params, buffers });
    await this.#shared.evaluation.open(program.compiled, this.#shared.programs.options);
    if (resume) return resume;
    const start: FitState = {
      train: { params, buffers, optimizer: { count: 0, slots: {} }, step: 0 },
      step: 0,
      epoch: 1,
      batch: 0,
      lossSum: 0,
      epochs: [],
      plateau: null,
      switching: null,
      faults: NO_FAULTS,
      epochStart: null,
      order,
    };
    const optimizer = await method.init<ModelParams>(params, this.#evaluate(start));
    const value = valueOf({ optimizer });
    const state = { ...start, train: { ...start.train, optimizer } };
    if (!Number.isFinite(value)) await this.#fail(state, value);
    return evaluateFirst ? await this.#record(state) : state;
  }

  #evaluate({ train: { buffers } }: FitState): (params: ModelParams) => ReturnType<WholeLoss["at"]> {
    return (params) => this.#loss.at(params, { buffers, loss: this.#shared.loss });
  }

  #isOver({ step, epochs, converged }: FitState): boolean {
    const record = epochs.at(-1);
    const ends = record?.step === step && (this.#options.until?.(record) ?? false);
    return step >= this.#last || ends || converged !== undefined;
  }

  /** Counts and reports a step, and evaluates if due. */
  async #count(
    before: FitState,
    { params, state: optimizer }: MinimizerStep<ModelParams>,
  ): Promise<FitState> {
    const step = before.step + 1;
    // Reports hold the loss before the update, as those of other rules do.
    const loss = valueOf(before.train);
    const state: FitState = {
      ...before,
      train: { ...before.train, params, optimizer, step },
      step,
      epoch: step + 1,
      lossSum: before.lossSum + loss * before.order.examples,
    };
    const records: StepRecord[] = [{ step, epoch: step, loss }];
    const reports = { [this.#shared.loss]: Float64Array.of(loss) };
    this.#options.onChunk?.({
      step,
      steps: this.#last,
      epoch: step,
      records,
      reports,
      seconds: this.#seconds,
    });
    const { every = 1 } = this.#options;
    const due = this.#isOver(state) || step % every === 0;
    return due ? await this.#record(state) : state;
  }

  /** Adds a record of a state. */
  async #record(state: FitState): Promise<FitState> {
    const { step, train, order: { batchSize, seed }, epochs, lossSum } = state;
    const evaluated = {
      optimizer: GRADIENT_RULE,
      state: { ...stateAt(train), step },
      batchSize,
      seed,
    };
    const metrics = await this.#shared.evaluation.metricsOf(evaluated, this.#options.evaluateOnly);
    // Before the first step it is NaN.
    const trainLoss = lossSum / batchSize / (step - (epochs.at(-1)?.step ?? 0));
    const record: EpochRecord = { epoch: step, step, trainLoss, learningRateScale: 1, metrics };
    this.#options.onPoint?.(record, { state: train, seconds: this.#seconds });
    return { ...state, lossSum: 0, epochs: [...epochs, record] };
  }

  /** Saves the state before a step to a value that is not finite. @throws {NumericalError} always. */
  async #fail(before: FitState, loss: number): Promise<never> {
    await this.#options.checkpoint?.save(before, "fault");
    const { learningRate } = this.#options.method;
    const step = before.step + 1;
    throw new NumericalError({ step, epoch: step, loss, gradients: {}, updates: {}, learningRate });
  }
}

/** Returns why to save a state that is not the last; `undefined` to go on. */
function reasonToSave(
  { step }: FitState,
  { checkpoint, signal }: {
    readonly checkpoint: Checkpointing | undefined;
    readonly signal: AbortSignal | undefined;
  },
): SaveReason | undefined {
  if (signal?.aborted) return "abort";
  if (checkpoint?.every === undefined) return "epoch";
  return step % checkpoint.every === 0 ? "step" : undefined;
}

function resultOf({ train, epochs, step, converged }: FitState): TrainResult {
  return {
    state: train,
    evaluationParams: train.params,
    evaluationBuffers: train.buffers,
    epochs,
    steps: step,
    diverged: false,
    ...(converged === undefined ? {} : { converged }),
  };
}

/** Returns the loss at a state's parameters. */
function valueOf({ optimizer: { slots } }: Pick<TrainState, "optimizer">): number {
  return Number(slots.value!.data[0]);
}
