/**
 * The options of one training.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import type { Model, Tensor } from "../../onnx/mod.ts";
import { checkOptimizer, type Optimizer } from "../../optim/mod.ts";
import { isMinimizer } from "../../optim/minimize/mod.ts";
import type { Plateau, SwitchCriterion } from "../../schedules/mod.ts";
import type { TrainState } from "../program/mod.ts";
import type { Fault, FaultPolicy } from "./faults.ts";
import type { EpochRecord, FitState, Remainder, Shuffle, StepRecord } from "./fit_state.ts";

/** The change to another optimizer: its criterion, and the optimizer that follows. */
export interface Switch {
  /** Decides at each step, from the update and the gradient of that step. */
  readonly criterion: SwitchCriterion;
  /** The optimizer to continue with, given the learning rate that the criterion settled on. */
  readonly to: (learningRate: number) => Optimizer;
}

const SWITCH = { criterion: true, to: { needed: "function" } } satisfies OptionNames<Switch>;

/**
 * The reason to save a state: `every` steps were taken, an epoch ended, the training ended, `signal` or a numerical
 * fault stopped it, or an epoch is repeated (`"rewind"`): later states then come from the attempt that was rolled
 * back.
 */
export type SaveReason = "step" | "epoch" | "end" | "abort" | "fault" | "rewind";

/** The times at which a training is saved, and the function that saves it. */
export interface Checkpointing {
  /**
   * Keeps a state to resume from; the training waits for it. A caller may ignore states of steps and epochs.
   */
  readonly save: (state: FitState, reason: SaveReason) => void | Promise<void>;
  /** Steps between saves, at least 1; by default it saves after each epoch. It does not change the result. */
  readonly every?: number;
}

const CHECKPOINTING = { save: { needed: "function" }, every: false } satisfies OptionNames<Checkpointing>;

/** The progress of a training after a chunk of steps. */
export interface ChunkProgress {
  /** Steps taken. */
  readonly step: number;
  /** Steps in all; `Infinity` where only `until` ends the training. */
  readonly steps: number;
  /** The epoch of the last step. */
  readonly epoch: number;
  /** The steps since the last call. */
  readonly records: readonly StepRecord[];
  /** The reports of those steps, by name: the loss, and the `statistics` of the trainer. */
  readonly reports: Readonly<Record<string, ArrayLike<number>>>;
  /** Seconds spent on steps since the call began; evaluations do not count. */
  readonly seconds: number;
}

/** The times at which a training is watched, and the function that sees it. */
export interface Watching {
  /** Steps from one look to the next, at least 1. It does not change the result. */
  readonly every: number;
  /**
   * Sees the state after a multiple of `every` steps, on the host; the training waits for it. The state is the caller's to
   * keep.
   */
  readonly see: (state: TrainState, step: number) => unknown;
}

const WATCHING = { every: true, see: { needed: "function" } } satisfies OptionNames<Watching>;

/** Details of an evaluation, besides its record. */
export interface PointDetails {
  /**
   * The state, on the host. Read this property in the call: the state is then the caller's to keep; otherwise the training
   * takes over its memory. @throws {Error} when it is first read after the call.
   */
  readonly state: TrainState;
  /** Seconds spent on steps since the call began; evaluations do not count. */
  readonly seconds: number;
}

/** Options of one training: its start, its rule and its end. It ends when the first of its conditions is met. */
export interface TrainOptions {
  /** The update rule, its learning rate included. */
  optimizer: Optimizer;
  /** Examples a step, at least 1; by default those that the trainer was opened for. */
  batchSize?: number;
  /** Passes through the data, at least 1. */
  epochs?: number;
  /** Steps to take, those before `from` and `resume` included: at least 1. */
  steps?: number;
  /** Whether to end the training after an evaluation; it must depend on the record alone. */
  until?: (record: EpochRecord) => boolean;
  /** Steps between evaluations, at least 1; by default the steps of an epoch. The last step is always evaluated. */
  every?: number;
  /** Whether to evaluate before the first step too; its record has no training loss (`NaN`). `false` by default. */
  evaluateFirst?: boolean;
  /** The names of the trainer's data sets to evaluate in this training; all of them by default. */
  evaluateOnly?: readonly string[];
  /**
   * The treatment of the examples left over after the last whole batch of an epoch. `"train"` (default): the last
   * batch is smaller. `"drop"`: they are left out, different ones in each epoch if `shuffle` is `"epochs"`.
   */
  remainder?: Remainder;
  /**
   * The shuffling of the examples. `"epochs"` (default): each epoch has an order of its own. `"once"`: every epoch has
   * that of the first, and so the same batches. `"none"`: every epoch takes the examples in the order of the data set.
   */
  shuffle?: Shuffle;
  /**
   * Seed of the masks of dropout, of augmentations, and of the order of the examples: an integer from 0 to 2^53 - 1; 0 by
   * default.
   */
  seed?: number;
  /** The parameters to begin with, by name, or a model that holds them; the trainer's model by default. */
  initial?: Model | Readonly<Record<string, Tensor>>;
  /** A state to begin with, and the number of steps that led to it: it says which examples come next. */
  from?: { readonly state: TrainState; readonly step: number };
  /**
   * A state to resume from, as `checkpoint` saved it. All other options must be as before, `from` and `initial`
   * included.
   */
  resume?: FitState;
  /**
   * Steps a run of the program, at least 1; by default 64, fewer where masks, random numbers or rows that are read would
   * take more than 64 MiB a run, and 2 where parameters and the optimizer's state take 256 MiB or more. It does not
   * change the result.
   */
  chunk?: number;
  /**
   * Returns the factor on the learning rate in an epoch, from the number of the epoch and the records of earlier epochs;
   * 1 by default.
   */
  learningRateScale?: (epoch: number, before: readonly EpochRecord[]) => number;
  /** Reduces the learning rate by the training loss of the epochs. */
  plateau?: Plateau;
  /** Changes the optimizer by a criterion. */
  switching?: Switch;
  /** Saves the training at intervals. */
  checkpoint?: Checkpointing;
  /**
   * Stops the training at the end of a chunk, after a last `checkpoint`; the promise is rejected with the signal's
   * reason.
   */
  signal?: AbortSignal;
  /**
   * The response to a NaN or infinite loss, gradient or update; not checked by default. With `"end"`, training
   * ends after the first step whose loss is not finite, or at the first evaluation with such a loss: the training
   * {@link TrainResult.diverged diverged}.
   */
  nonFinite?: FaultPolicy | "end";
  /** Called for each failed step that training continues after. */
  onFault?: (fault: Fault) => void;
  /** Called after each chunk with the steps since the last call in `records`. */
  onChunk?: (progress: ChunkProgress) => void;
  /** Called after each evaluation; the training waits for a promise that it returns. */
  onPoint?: (record: EpochRecord, details: PointDetails) => unknown;
  /**
   * Sees parameters and the optimizer's state at chosen steps, such as to measure the curvature there. These steps end a
   * chunk, so that nothing else depends on them; a resumed training does not see again what led to its state.
   */
  watch?: Watching;
}

/** The names of {@linkcode TrainOptions}. */
export const TRAIN_OPTIONS = {
  optimizer: true,
  batchSize: false,
  epochs: false,
  steps: false,
  until: "function",
  every: false,
  evaluateFirst: "flag",
  evaluateOnly: false,
  remainder: ["train", "drop"],
  shuffle: ["epochs", "once", "none"],
  seed: false,
  initial: false,
  from: false,
  resume: false,
  chunk: false,
  learningRateScale: "function",
  plateau: false,
  switching: false,
  checkpoint: false,
  signal: false,
  nonFinite: ["stop", "skip", "reduce", "end"],
  onFault: "function",
  onChunk: "function",
  onPoint: "function",
  watch: false,
} satisfies OptionNames<TrainOptions>;

/**
 * Checks the values of options whose names are checked.
 *
 * @param what the function that they were given to, for messages
 * @throws {RangeError} for a value out of its range, or options that exclude each other
 * @throws {TypeError} when `optimizer` is not an optimizer, `signal` not a signal, or `evaluateOnly` not a list.
 *
 * @example
 * ```ts
 * import { checkTrainOptions } from "./train_options.ts";
 * import { sgd } from "../../optim/mod.ts";
 * import { assertThrows } from "@std/assert";
 * checkTrainOptions("train", { optimizer: sgd(), epochs: 1 });
 * assertThrows(() => checkTrainOptions("train", { optimizer: sgd() }), RangeError, "give epochs, steps or until");
 * ```
 */
export function checkTrainOptions(what: string, options: TrainOptions): void {
  const { checkpoint, switching, signal, from, watch } = options;
  if (watch !== undefined) {
    checkOptions(`${what}: watch`, watch, WATCHING);
    checkCount("watch.every", watch.every);
  }
  if (checkpoint !== undefined) checkOptions(`${what}: checkpoint`, checkpoint, CHECKPOINTING);
  if (switching !== undefined) checkOptions(`${what}: switching`, switching, SWITCH);
  const given: unknown = options.optimizer;
  if (isMinimizer(given)) {
    throw new TypeError(
      `${what}: ${given.name} chooses where to evaluate the loss of all examples: train with fit`,
    );
  }
  checkOptimizer(`${what}: optimizer`, options.optimizer);
  for (const name of ["epochs", "steps", "every", "batchSize", "chunk"] as const) {
    checkCount(name, options[name]);
  }
  checkCount("checkpoint.every", checkpoint?.every);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("signal must be an AbortSignal, such as the `signal` of an AbortController");
  }
  if (options.evaluateOnly !== undefined && !Array.isArray(options.evaluateOnly)) {
    throw new TypeError(
      `${what}: evaluateOnly must be a list of names of data sets, got ${
        JSON.stringify(options.evaluateOnly)
      }`,
    );
  }
  if (options.epochs === undefined && options.steps === undefined && options.until === undefined) {
    throw new RangeError(`${what} needs an end: give epochs, steps or until`);
  }
  if (from !== undefined && !(Number.isSafeInteger(from.step) && from.step >= 0)) {
    throw new RangeError(`from.step must be an integer of at least 0, got ${String(from.step)}`);
  }
  if (from !== undefined && options.initial !== undefined) {
    throw new RangeError(`${what}: from holds the parameters to begin with: leave out initial`);
  }
  for (const name of ["plateau", "learningRateScale"] as const) {
    if (options.every !== undefined && options[name] !== undefined) {
      throw new RangeError(`${what}: ${name} goes by epochs: leave out every`);
    }
  }
}

/**
 * Checks a count that may be left out.
 *
 * @throws {RangeError} when it is given and is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { checkCount } from "./train_options.ts";
 * import { assertThrows } from "@std/assert";
 * checkCount("epochs", undefined);
 * assertThrows(() => checkCount("epochs", 0), RangeError, "epochs must be an integer of at least 1, got 0");
 * ```
 */
export function checkCount(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
    throw new RangeError(`${name} must be an integer of at least 1, got ${value}`);
  }
}
