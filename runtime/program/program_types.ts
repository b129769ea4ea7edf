/**
 * Training programs from outside: their options, states, batches and runs.
 *
 * @module
 */
import type { OptionNames } from "../../options/mod.ts";
import type { Tensor } from "../../onnx/mod.ts";
import type { Optimizer, OptimizerState } from "../../optim/mod.ts";
import { SESSION_OPTIONS, type TrainingSessionOptions } from "../session/mod.ts";
import type { ProgramBlock, SessionChoice } from "./session_choice.ts";
import type { DataColumn } from "./row_source.ts";
import {
  type ProgramForm,
  TRAINING_MODEL_OPTIONS,
  type TrainingModel,
  type TrainingModelOptions,
} from "./training_types.ts";

/** The options by which a training program is compiled and opened. */
export interface ProgramOptions
  extends Omit<TrainingModelOptions, "inputs" | "block">, TrainingSessionOptions {
  /**
   * The data set: for each input of the model a tensor, or a source that reads the rows of each run, for data that
   * does not fit into memory. Examples are along the first dimension.
   */
  data: Readonly<Record<string, DataColumn>>;
  /**
   * The form of the program: `"steps"` by default on `webgpu`, `"scan"` elsewhere. On `webgpu` steps leave the state
   * on the device, while a loop would copy its state at each iteration.
   */
  form?: ProgramForm;
  /**
   * The channels of a block in which device `"cpu"` convolves: `"auto"` takes the processor's own, as `cpuBlock` returns
   * it; a number is taken if it is the processor's; `"none"` computes with `ai.onnx` alone. Results agree up to
   * rounding. `"auto"` by default.
   */
  block?: "auto" | ProgramBlock;
}

const { inputs: _, ...COMPILED_OPTIONS } = TRAINING_MODEL_OPTIONS;
/** The names of {@linkcode ProgramOptions}. */
export const PROGRAM_OPTIONS = {
  ...COMPILED_OPTIONS,
  ...SESSION_OPTIONS,
  data: true,
  form: ["scan", "steps"],
  block: false,
} satisfies OptionNames<ProgramOptions>;

/**
 * Everything that training changes. No state is modified, so training can continue from an earlier state, unless a run
 * was told to consume it.
 */
export interface TrainState {
  /** The parameters by name. */
  readonly params: Readonly<Record<string, Tensor>>;
  /** The optimizer's state. */
  readonly optimizer: OptimizerState;
  /** The running statistics of batch normalizations, by name. */
  readonly buffers: Readonly<Record<string, Tensor>>;
  /** The number of steps taken, which the masks of dropout and augmentations depend on. */
  readonly step: number;
}

/** The result of a run of a program. */
export interface ProgramRun {
  /** The state after the last step. */
  readonly state: TrainState;
  /** For each step, the loss before its update; further reports under their own names. */
  readonly reports: Readonly<Record<string, Float32Array | Float64Array>>;
}

/** Batches as row numbers of the data set, batch after batch. */
export interface Batches {
  /** Row numbers, batch after batch. */
  readonly rows: ArrayLike<number>;
  /** Examples a batch; `rows` holds a whole number of batches. */
  readonly batchSize: number;
}

/** The options of a run. */
export interface RunOptions {
  /** A factor on the learning rate of every step; 1 by default. */
  learningRateScale?: number;
  /**
   * Seed of the masks of dropout and of augmentations, for a program that trains from several seeds: an integer from 0 to 2^53 - 1; by
   * default the program's seed.
   */
  seed?: number;
  /**
   * Whether the state may stay on the device if the program keeps it there between steps. The caller must then fetch it
   * before reading its elements, and release it. `false` by default.
   */
  onDevice?: boolean;
  /**
   * Whether the run takes over the memory of the state that it is given, whose arrays are then empty, even if the run
   * fails. It saves the memory of a state: for callers that do not read it again, and that no one else shares an array
   * of it with. `false` by default: the state is left as it is.
   */
  consume?: boolean;
  /**
   * The rule to train with: that of the program by default, or another one that writes the same graph, such as the same
   * rule at another learning rate. The state must belong to that rule.
   */
  optimizer?: Optimizer;
}

/** The names of {@linkcode RunOptions}. */
export const RUN_OPTIONS = {
  learningRateScale: false,
  seed: false,
  onDevice: "flag",
  consume: "flag",
  optimizer: false,
} satisfies OptionNames<RunOptions>;

/** A compiled training program. */
export interface TrainingProgram extends AsyncDisposable {
  /** The model that is run, and the meaning of its inputs and outputs. */
  readonly compiled: TrainingModel;
  /** The session that runs the steps; with `threads: "auto"` one of all threads until the first run. */
  readonly session: SessionChoice;
  /** Tensors of states that are on the device and not yet released. */
  readonly resident: number;
  /** Returns the state at the start: a copy of the model's own initial values, which is the caller's. */
  init(): TrainState;
  /**
   * Trains for as many steps as there are batches.
   *
   * @throws {RangeError} when a row is outside the data set, `rows` is not a whole number of batches, the state
   * belongs to another rule or model, a schedule returns a value out of its range, or `optimizer` writes another
   * graph.
   */
  run(state: TrainState, batches: Batches, options?: RunOptions): Promise<ProgramRun>;
  /**
   * Decides what `threads: "auto"` leaves open, unless it is decided: times the first of these batches from the state with
   * one thread and with all, drops what they computed, and keeps the faster session. The first `run` does the same by
   * itself.
   *
   * @throws as `run` does.
   */
  chooseThreads(state: TrainState, batches: Batches, options?: RunOptions): Promise<SessionChoice>;
  /**
   * Starts to read the rows of the next run during a run, if the data set is not in memory. It is a hint, which does not
   * change the result of a run.
   */
  prefetch(batches: Batches): void;
  /** Returns a state with all its tensors on the host; the state itself if they are there. It does not release the state. */
  fetch(state: TrainState): Promise<TrainState>;
  /** Frees the tensors that a state has on the device. It does nothing for a state on the host. */
  release(state: TrainState): void;
  /** Frees what the runtime holds, states on the device included. */
  close(): Promise<void>;
}
