/**
 * Training over epochs.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { type ModelParameter, prepareModel } from "../../autodiff/trained/mod.ts";
import type { Quantization } from "../../autodiff/mod.ts";
import type { Model } from "../../onnx/mod.ts";
import { checkOptimizer, type Optimizer } from "../../optim/mod.ts";
import type { Plateau, SwitchCriterion, SwitchState } from "../../schedules/mod.ts";
import { type Fault, type FaultPolicy, NumericalError } from "./faults.ts";
import type { EpochRecord, FitState, StepRecord } from "./fit_state.ts";
import {
  type DataColumn,
  surveyTraining,
  TRAINING_FORM_OPTIONS,
  type TrainingFormOptions,
  type TrainState,
} from "../program/mod.ts";
import { SESSION_OPTIONS, type SessionOptions } from "../session/mod.ts";
import { openTraining, statisticsOf } from "./training.ts";

/** A data set: a tensor, or a source of rows, for each input of the model. */
export type Data = Readonly<Record<string, DataColumn>>;

/** When to go over to another optimizer, and to which. */
export interface Switch {
  /** Decides at each step, from the update and the gradient of that step. */
  readonly criterion: SwitchCriterion;
  /** The optimizer to go on with, given the learning rate that the criterion settled on. */
  readonly to: (learningRate: number) => Optimizer;
}

const SWITCH = { criterion: true, to: { needed: "function" } } satisfies OptionNames<Switch>;

/**
 * Why a state is to be saved: so many steps were taken, an epoch ended, the training ended, `signal` stopped it, a
 * numerical fault did, or an epoch is begun again: then states further on are those of a course that was given up.
 */
export type SaveReason = "step" | "epoch" | "end" | "abort" | "fault" | "rewind";

/** When a training is saved, and how. */
export interface Checkpointing {
  /**
   * Keeps a state to go on from; the training waits for it. A caller may pass over states of steps and epochs.
   */
  readonly save: (state: FitState, reason: SaveReason) => void | Promise<void>;
  /** After how many steps to save, at least 1; after each epoch by default. It does not change the result. */
  readonly every?: number;
}

const CHECKPOINTING = { save: { needed: "function" }, every: false } satisfies OptionNames<Checkpointing>;

/** How to train. */
export interface FitOptions extends SessionOptions, Omit<TrainingFormOptions, "seed"> {
  /** A model with a loss, such as `withLoss` makes. */
  model: Model;
  /** The output to minimize; `"loss"` by default. */
  loss?: string;
  /** The update rule. */
  optimizer: Optimizer;
  /**
   * Names to train: initializers, and float tensors of `Constant` nodes and subgraphs. By default the initializers that
   * the loss depends on and that `describeModel` calls trained.
   */
  parameters?: readonly string[];
  /**
   * Whether to split each initializer that stands for several parameters into one per parameter, `name`, `name_2` and
   * so on. A list of names splits these initializers only, even if one module reads them several times and the file
   * does not say whether they are one parameter. `false` by default. The trained parameters then fit the model that
   * `untieModel` returns.
   */
  untie?: boolean | readonly string[];
  /**
   * The gradient of rounding. `"exact"`: 0, and parameters that would get no gradient at all are refused.
   * `"straight-through"`: as if the rounding were not there, and 0 where a quantization clamps. `"exact"` by default.
   */
  quantization?: Quantization;
  /** What to train on. */
  train: Data;
  /** Data sets to evaluate after each epoch, by name. */
  evaluate?: Readonly<Record<string, Data>>;
  /** Outputs of the model to evaluate, means over a batch; the loss by default. */
  metrics?: readonly string[];
  /** Examples a run of the evaluation, at least 1; 1000 by default. */
  evaluationBatchSize?: number;
  /** How often to go through the data, at least 1. */
  epochs: number;
  /** Examples a step, at least 1; an epoch's last batch holds what is left. */
  batchSize: number;
  /** Seed of the masks of dropout and of the order of the examples, a new one each epoch: a whole number from 0 to 2^32 - 1; 0 by default. */
  seed?: number;
  /**
   * Steps a run of the program, at least 1; by default 64, and fewer where masks, random numbers or rows that are read
   * would take more than 64 MiB a run. It does not change the result.
   */
  chunk?: number;
  /** Reduces the learning rate by the training loss of the epochs. */
  plateau?: Plateau;
  /** Changes the optimizer by a criterion. */
  switching?: Switch;
  /** Saves the training now and then. */
  checkpoint?: Checkpointing;
  /** A state to go on from, as `checkpoint` saved it; all other options as they were. */
  resume?: FitState;
  /** Stops the training at the end of a chunk, after a last `checkpoint`: `fit` is rejected with the signal's reason. */
  signal?: AbortSignal;
  /** What to do when a loss, a gradient or an update is NaN or infinite; by default nobody looks. */
  nonFinite?: FaultPolicy;
  /** Told of each step that failed, where training goes on. */
  onFault?: (fault: Fault) => void;
  /** Told after each chunk; steps since the last call are in `records`. */
  onChunk?: (
    progress: { step: number; steps: number; epoch: number; records: readonly StepRecord[] },
  ) => void;
  /** Told after each epoch. */
  onEpoch?: (record: EpochRecord) => void;
}

const FIT_OPTIONS = {
  ...SESSION_OPTIONS,
  ...TRAINING_FORM_OPTIONS,
  model: true,
  loss: false,
  optimizer: true,
  parameters: false,
  untie: false,
  quantization: ["exact", "straight-through"],
  train: true,
  evaluate: false,
  metrics: false,
  evaluationBatchSize: false,
  epochs: true,
  batchSize: true,
  seed: false,
  chunk: false,
  plateau: false,
  switching: false,
  checkpoint: false,
  resume: false,
  signal: false,
  nonFinite: ["stop", "skip", "reduce"],
  onFault: "function",
  onChunk: "function",
  onEpoch: "function",
} satisfies OptionNames<FitOptions>;

/** What training gave. */
export interface FitResult {
  /** The parameters and the optimizer's state after the last step. */
  readonly state: TrainState;
  /** The parameters to use: averages where the rule keeps them, else those of `state`. `fit` evaluates at them. */
  readonly evaluationParams: TrainState["params"];
  /**
   * The running statistics of batch normalizations that belong to `evaluationParams`: those of `state` or, for
   * averages, statistics computed by one more pass over the training data. `fit` evaluates with them.
   */
  readonly evaluationBuffers: TrainState["buffers"];
  /** The float initializers that the loss depends on and that were not trained; `constant` gives the reason. */
  readonly leftOut: readonly ModelParameter[];
  /**
   * Warnings about what was trained: branches that no gradient passes, initializers that stand for several parameters,
   * and initializers that the exporter computed from the parameters of the network. Empty for most models.
   */
  readonly warnings: readonly string[];
  /** One record an epoch. */
  readonly epochs: readonly EpochRecord[];
  /** Number of steps taken. */
  readonly steps: number;
  /** The last step before the change of optimizer; absent where it did not change. */
  readonly switchedAtStep?: number;
  /** Number of steps that were skipped; present where there are any. */
  readonly skipped?: number;
  /** What the criterion remembers at the end; present where there is one. */
  readonly switchState?: SwitchState;
}

/**
 * Trains a model for a number of epochs, each over all examples in an order of its own.
 *
 * Decisions are the host's, and exact: with `switching`, the step at which the criterion fires is the last of the first
 * optimizer, wherever in a chunk it falls: the chunk is run again up to that step.
 *
 * Rules that take several gradients an update, such as `sam`, get as many of each batch; a step is then one batch, its
 * loss the one before any of them. Rules that keep better parameters than those they take gradients at, such as
 * `averaged`, `lookahead` and the schedule-free ones, are evaluated there. Batch normalizations then need statistics
 * that belong to those parameters: one more forward pass over the training data for each evaluation (after each epoch,
 * if `evaluate` is given) and for the result, about a third of an epoch each. The training itself does not change.
 *
 * Training goes on from a saved state to the same bits, on the CPU, as if it had never stopped.
 *
 * @throws {RangeError} when an option is unknown, missing or out of its range, or a schedule returns a value out of its
 * range
 * @throws {TypeError} when `optimizer` is no optimizer
 * @throws {NumericalError} when a step fails and `nonFinite` says to stop, or gives up; whatever the program throws.
 */
export async function fit(given: FitOptions): Promise<FitResult> {
  checkOptions("fit", given, FIT_OPTIONS);
  const { epochs, checkpoint, signal, nonFinite, switching } = given;
  if (checkpoint !== undefined) checkOptions("fit: checkpoint", checkpoint, CHECKPOINTING);
  if (switching !== undefined) checkOptions("fit: switching", switching, SWITCH);
  checkOptimizer("fit: optimizer", given.optimizer);
  for (const name of ["epochs", "batchSize", "chunk", "evaluationBatchSize"] as const) {
    checkCount(name, given[name]);
  }
  checkCount("checkpoint.every", checkpoint?.every);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("signal must be an AbortSignal, such as the `signal` of an AbortController");
  }
  const { model, parameters } = prepareModel(given.model, given);
  const options = { ...given, model, ...(parameters === undefined ? {} : { parameters }) };
  // A training that is over needs no program.
  if (options.resume && options.resume.epoch > epochs) {
    const { resume } = options;
    const { seed, batchSize } = resume.order;
    await using statistics = statisticsOf(options);
    const optimizer = optimizerOf(resume, options);
    const buffers = await statistics.of({ optimizer, state: resume.train, batchSize, seed });
    return resultOf(resume, { options, buffers });
  }
  await using training = await openTraining(options);
  let state = training.start();
  while (state.epoch <= epochs) {
    const before = state;
    try {
      state = await training.advance(state);
    } catch (error) {
      if (error instanceof NumericalError) await saveBeforeFault(error, { checkpoint, before });
      throw error;
    }
    const why = reasonToSave(options, { before, state });
    if (why !== undefined && checkpoint) {
      const here = await training.fetch(state);
      await checkpoint.save(nonFinite === "reduce" ? here : lean(here), why);
    }
    if (why !== "end") signal?.throwIfAborted();
  }
  return resultOf(state, { options, buffers: await training.evaluationBuffers(state) });
}

/** Saves the state before a fault. If that fails, its error is appended to the fault's message. */
async function saveBeforeFault(
  fault: NumericalError,
  { checkpoint, before }: { checkpoint: Checkpointing | undefined; before: FitState },
): Promise<void> {
  try {
    await checkpoint?.save(before, "fault");
  } catch (error) {
    fault.message += `; the state before it is not saved: ${error instanceof Error ? error.message : error}`;
  }
}

/** Without the state to begin the epoch again from, which only one policy needs and doubles the size. */
function lean(state: FitState): FitState {
  return { ...state, epochStart: null };
}

/** Returns the rule that a training currently uses. */
function optimizerOf({ switching }: FitState, options: FitOptions): Optimizer {
  return switching?.fired ? options.switching!.to(switching.Lambda) : options.optimizer;
}

function resultOf(
  state: FitState,
  { options, buffers }: { options: FitOptions; buffers: TrainState["buffers"] },
): FitResult {
  const { train, epochs, step, switching, faults } = state;
  return {
    state: train,
    evaluationParams: optimizerOf(state, options)
      .evaluationParams(train.params, train.optimizer, train.buffers),
    evaluationBuffers: buffers,
    ...surveyTraining(options),
    epochs,
    steps: step,
    ...(faults.skipped === 0 ? {} : { skipped: faults.skipped }),
    ...(switching === null ? {} : { switchState: switching }),
    ...(switching?.fired ? { switchedAtStep: switching.firedAt! } : {}),
  };
}

function checkCount(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
    throw new RangeError(`${name} must be a whole number of at least 1, got ${value}`);
  }
}

function reasonToSave(
  { epochs, checkpoint, signal }: FitOptions,
  { before, state }: { before: FitState; state: FitState },
): SaveReason | undefined {
  if (state.epoch > epochs) return "end";
  if (state.faults.halvings > before.faults.halvings) return "rewind";
  if (signal?.aborted) return "abort";
  if (checkpoint?.every === undefined) return state.epoch > before.epoch ? "epoch" : undefined;
  return state.step % checkpoint.every === 0 ? "step" : undefined;
}
