/**
 * Training programs from outside: their options, states, batches and runs.
 *
 * @module
 */
import type { OptionNames } from "../../options/mod.ts";
import type { Tensor } from "../../onnx/mod.ts";
import type { Optimizer, OptimizerState } from "../../optim/mod.ts";
import { SESSION_OPTIONS, type SessionOptions } from "../session/mod.ts";
import type { DataColumn } from "./row_source.ts";
import {
  type ProgramForm,
  TRAINING_MODEL_OPTIONS,
  type TrainingModel,
  type TrainingModelOptions,
} from "./training_types.ts";

/** How a training program is compiled and opened. */
export interface ProgramOptions extends Omit<TrainingModelOptions, "inputs">, SessionOptions {
  /**
   * For each input of the model, what the data set holds, examples along the first dimension: a tensor, or a source that
   * reads the rows of each run, for data that does not fit into memory.
   */
  data: Readonly<Record<string, DataColumn>>;
  /**
   * How steps are run: `"steps"` by default on `webgpu`, where they leave the state on the device and a loop's state would
   * cross at each iteration, `"scan"` elsewhere.
   */
  form?: ProgramForm;
}

const { inputs: _, ...COMPILED_OPTIONS } = TRAINING_MODEL_OPTIONS;
/** The names of {@linkcode ProgramOptions}. */
export const PROGRAM_OPTIONS = {
  ...COMPILED_OPTIONS,
  ...SESSION_OPTIONS,
  data: true,
  form: ["scan", "steps"],
} satisfies OptionNames<ProgramOptions>;

/** All that training changes. Nothing is modified in place, so training can go on from an earlier state again. */
export interface TrainState {
  /** The parameters by name. */
  readonly params: Readonly<Record<string, Tensor>>;
  /** The optimizer's state. */
  readonly optimizer: OptimizerState;
  /** The running statistics of batch normalizations, by name. */
  readonly buffers: Readonly<Record<string, Tensor>>;
  /** The number of steps taken, which the masks of dropout depend on. */
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

/** How a program is run. */
export interface RunOptions {
  /** A factor on the learning rate of every step; 1 by default. */
  learningRateScale?: number;
  /**
   * Seed of the masks of dropout, where one program trains from several seeds: an integer from 0 to 2^53 - 1; that of the
   * program by default.
   */
  seed?: number;
  /**
   * Whether the state may stay on the device if the program keeps it there between steps. It must then be released, and
   * fetched before its elements are read. `false` by default.
   */
  onDevice?: boolean;
  /**
   * The rule to train with: that of the program by default, or another one that writes the same graph, such as the same
   * rule at another learning rate. The state must be its own.
   */
  optimizer?: Optimizer;
}

/** The names of {@linkcode RunOptions}. */
export const RUN_OPTIONS = {
  learningRateScale: false,
  seed: false,
  onDevice: "flag",
  optimizer: false,
} satisfies OptionNames<RunOptions>;

/** A compiled training program. */
export interface TrainingProgram extends AsyncDisposable {
  /** The model that is run, and what its inputs and outputs stand for. */
  readonly compiled: TrainingModel;
  /** Tensors of states that are on the device and not yet released. */
  readonly resident: number;
  /** Returns the state at the start: the model's own initial values. */
  init(): TrainState;
  /**
   * Trains for as many steps as there are batches.
   *
   * @throws {RangeError} when a row is outside the data set, `rows` is no whole number of batches, the state belongs to
   * another rule or model, a schedule returns a value out of its range, or `optimizer` writes another graph.
   */
  run(state: TrainState, batches: Batches, options?: RunOptions): Promise<ProgramRun>;
  /**
   * Starts to read the rows of the next run while a run is going on, if the data set is not in memory. It is a hint, which
   * does not change the result of a run.
   */
  prefetch(batches: Batches): void;
  /** Returns a state with all its tensors on the host; the state itself if they are there. It does not release the state. */
  fetch(state: TrainState): Promise<TrainState>;
  /** Frees the tensors that a state has on the device. It does nothing for a state on the host. */
  release(state: TrainState): void;
  /** Frees what the runtime holds, states on the device included. */
  close(): Promise<void>;
}
