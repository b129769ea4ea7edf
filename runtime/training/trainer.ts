/**
 * Training one model many times over: opened once, it trains with any optimizer, seed and learning rate.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { type Prepared, preparedOf } from "../../autodiff/trained/mod.ts";
import type { PreparedModel, Quantization } from "../../autodiff/mod.ts";
import type { Model, Tensor } from "../../onnx/mod.ts";
import {
  type DataColumn,
  initialValues,
  type ProgramBlock,
  type SessionChoice,
  type Statistic,
  TRAINING_FORM_OPTIONS,
  type TrainingFormOptions,
  type TrainingModel,
  type TrainState,
} from "../program/mod.ts";
import { SESSION_OPTIONS, sessionOptionsIn, type TrainingSessionOptions } from "../session/mod.ts";
import { displayedTraining } from "./display.ts";
import { Evaluation } from "./evaluation.ts";
import { type FullBatchOptions, fullBatchTraining } from "./full_batch.ts";
import { Programs, type SharedProgramOptions } from "./programs.ts";
import { checkCount, checkTrainOptions, TRAIN_OPTIONS, type TrainOptions } from "./train_options.ts";
import { trainOnce, type TrainResult } from "./train_once.ts";
import { type Shared, Training } from "./training.ts";

/** A data set: a tensor, or a source of rows, for each input of the model. */
export type Data = Readonly<Record<string, DataColumn>>;

/** The options that all trainings of a trainer share. */
export interface TrainerOptions extends TrainingSessionOptions, Omit<TrainingFormOptions, "seed"> {
  /** A model with a loss, such as `withLoss` makes, or a prepared one. */
  model: Model | PreparedModel;
  /** The output to minimize; `"loss"` by default. */
  loss?: string;
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
   * `"straight-through"`: as if the rounding were not there, and 0 if a quantization clamps. `"exact"` by default.
   */
  quantization?: Quantization;
  /** The data set to train on. */
  train: Data;
  /** Data sets to evaluate, by name. */
  evaluate?: Readonly<Record<string, Data>>;
  /** Outputs of the model to evaluate, means over a batch; the loss by default. */
  metrics?: readonly string[];
  /** Examples a run of the evaluation, at least 1; 1000 by default. */
  evaluationBatchSize?: number;
  /** Sums over all parameters to report each step; none by default. */
  statistics?: readonly Statistic[];
  /**
   * The channels of a block in which device `"cpu"` convolves: `"auto"` takes the processor's own; a number is taken if it
   * is the processor's; `"none"` computes with `ai.onnx` alone. Results agree up to rounding. `"auto"` by default.
   */
  block?: "auto" | ProgramBlock;
  /**
   * Whether the update of many parameters is computed on flat vectors, with the same bits: `true` by default on `webgpu`
   * and `cuda`, `false` on `cpu`.
   */
  flatUpdate?: boolean;
  /** Examples a step, at least 1, if all steps of all trainings have the same number. */
  batchSize?: number;
  /**
   * Compiled programs to keep for further trainings, at least 1; 4 by default. A program is compiled for an update and a
   * batch size, and once more for a smaller last batch of an epoch.
   */
  programs?: number;
  /**
   * Called once, before the first step, with the session that all trainings use: to record its threads, as the same bits
   * need the same number. With `threads: "auto"` the first training chooses it. The training waits for it.
   */
  onSession?: (choice: SessionChoice) => void | Promise<void>;
}

/** The names of {@linkcode TrainerOptions}. */
export const TRAINER_OPTIONS = {
  ...SESSION_OPTIONS,
  batchStatistics: TRAINING_FORM_OPTIONS.batchStatistics,
  dropout: TRAINING_FORM_OPTIONS.dropout,
  augment: TRAINING_FORM_OPTIONS.augment,
  labelSmoothing: TRAINING_FORM_OPTIONS.labelSmoothing,
  precision: TRAINING_FORM_OPTIONS.precision,
  lossScale: TRAINING_FORM_OPTIONS.lossScale,
  model: true,
  loss: false,
  parameters: false,
  untie: false,
  quantization: ["exact", "straight-through"],
  train: true,
  evaluate: false,
  metrics: false,
  evaluationBatchSize: false,
  statistics: false,
  block: false,
  flatUpdate: "flag",
  batchSize: false,
  programs: false,
  onSession: "function",
} satisfies OptionNames<TrainerOptions>;

/** A model, its data and its evaluation, opened for any number of trainings. */
export interface Trainer extends AsyncDisposable {
  /**
   * Trains once. A trainer runs one training at a time. Optimizers that write the same graph, such as one rule at
   * several learning rates, share a compiled program.
   *
   * @throws {RangeError} when an option is unknown, missing or out of its range, a state to resume from belongs to other
   * options, or a schedule returns a value out of its range
   * @throws {TypeError} when `optimizer` is not an optimizer
   * @throws {NumericalError} when a step fails and `nonFinite` says to stop, or gives up; whatever the program throws.
   */
  train(options: TrainOptions): Promise<TrainResult>;
  /** Frees what the runtime holds. */
  close(): Promise<void>;
}

/**
 * Opens a trainer. It compiles a program when the first training needs it.
 *
 * @throws {RangeError} when an option is unknown, missing or out of its range.
 *
 * @example
 * ```ts
 * import { adam, digits, mlp, openTrainer, withLoss } from "../../mod.ts";
 * import { assert } from "@std/assert";
 * const { x, y } = digits().inputs;
 * const train = { x: { ...x!, scale: 1 / 16 }, target: y! };
 * const model = (seed: number) =>
 *   withLoss(mlp({ inputs: 64, hidden: [16], outputs: 10, seed }), { loss: "cross-entropy" });
 * await using trainer = await openTrainer({ model: model(0), train, evaluate: { train } });
 * const losses: number[] = [];
 * for (const learningRate of [1e-4, 1e-2]) {
 *   const optimizer = adam({ learningRate });
 *   const { epochs } = await trainer.train({ optimizer, initial: model(1), seed: 1, epochs: 2, batchSize: 32 });
 *   losses.push(epochs.at(-1)!.metrics.train!.loss!);
 * }
 * assert(losses[1]! < losses[0]!);
 * ```
 */
export function openTrainer(options: TrainerOptions): Promise<Trainer> {
  return Promise.resolve().then(() => {
    checkOptions("openTrainer", options, TRAINER_OPTIONS);
    return new OpenedTrainer(options, "train");
  });
}

/** The default number of programs to keep. */
const PROGRAMS = 4;

/** The trainer of {@linkcode openTrainer}. */
export class OpenedTrainer implements Trainer {
  readonly #shared: Shared;
  readonly #batchSize: number | undefined;
  #busy = false;

  /** @param what the function to name in messages */
  constructor(options: TrainerOptions, readonly what: string) {
    for (const name of ["batchSize", "evaluationBatchSize", "programs"] as const) {
      checkCount(name, options[name]);
    }
    this.#batchSize = options.batchSize;
    this.#shared = sharedOf(options);
  }

  /** How many programs were compiled so far. */
  get compilations(): number {
    return this.#shared.programs.compilations;
  }

  async train(given: TrainOptions): Promise<TrainResult> {
    checkOptions(this.what, given, TRAIN_OPTIONS);
    checkTrainOptions(this.what, given);
    const { batchSize = this.#batchSize } = given;
    if (batchSize === undefined) throw new RangeError(`${this.what} needs the option 'batchSize'`);
    if (this.#batchSize !== undefined && batchSize !== this.#batchSize) {
      throw new RangeError(
        `batchSize must be ${this.#batchSize}, which the trainer was opened for, got ${batchSize}`,
      );
    }
    if (this.#busy) throw new Error("a trainer does one training at a time: await the previous one");
    this.#busy = true;
    try {
      return displayedTraining(await trainOnce(new Training(this.#shared, { ...given, batchSize })));
    } finally {
      this.#busy = false;
    }
  }

  /** Trains by a minimizer, with options that are checked. */
  async minimize(options: FullBatchOptions): Promise<TrainResult> {
    return await fullBatchTraining(this.#shared, options);
  }

  async close(): Promise<void> {
    const { programs, evaluation, finder } = this.#shared;
    await programs[Symbol.asyncDispose]();
    await evaluation[Symbol.asyncDispose]();
    await finder?.[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function sharedOf(given: TrainerOptions): Shared {
  const { evaluate = {}, evaluationBatchSize, statistics = [], programs = PROGRAMS, onSession, ...options } =
    given;
  const { loss = "loss", metrics = [loss] } = options;
  const prepared = preparedOf(given.model, given);
  const program = programOptions(options, prepared);
  const { batchSize: _, ...training } = program;
  const { threads: __, ...session } = sessionOptionsIn(program);
  const evaluation = new Evaluation({
    sets: evaluate,
    evaluator: {
      ...session,
      model: prepared,
      metrics,
      inputs: given.train,
      ...(evaluationBatchSize === undefined ? {} : { batchSize: evaluationBatchSize }),
    },
    statistics: training,
  });
  return {
    loss,
    statistics,
    programs: new Programs(program, { most: programs, ...(onSession === undefined ? {} : { onSession }) }),
    evaluation,
    finder: undefined,
    initial({ compiled }, from) {
      if (from === undefined) return { ...initialValues(prepared, compiled), own: true };
      const { buffers } = initialValues(prepared, { parameters: {}, buffers: compiled.buffers });
      return { buffers, params: initialParams(from, { compiled, prepared }), own: isModel(from) };
    },
  };
}

function programOptions(
  { train, metrics: _, untie: __, ...options }: Omit<
    TrainerOptions,
    "evaluate" | "statistics" | "programs" | "onSession"
  >,
  model: Prepared,
): SharedProgramOptions {
  return { ...options, model, data: train };
}

/** Returns the parameters that a training begins with. @throws {RangeError} naming one that is missing or unexpected. */
function initialParams(
  from: Model | Readonly<Record<string, Tensor>>,
  { compiled, prepared }: { compiled: TrainingModel; prepared: Prepared },
): TrainState["params"] {
  const names = Object.keys(compiled.parameters);
  const values = isModel(from) ? valuesOf(preparedOf(from, prepared.given)) : from;
  const missing = names.find((name) => !Object.hasOwn(values, name));
  if (missing !== undefined) throw new RangeError(`initial has no parameter '${missing}'`);
  const more = isModel(from) ? undefined : Object.keys(values).find((name) => !names.includes(name));
  if (more !== undefined) throw new RangeError(`initial: unexpected parameter '${more}'`);
  return Object.fromEntries(names.map((name) => [name, values[name]!]));
}

function isModel(value: Model | Readonly<Record<string, Tensor>>): value is Model {
  return typeof value.$typeName === "string";
}

/** Returns the values of a model's initializers by name. */
function valuesOf({ wide: { graph } }: Prepared): Readonly<Record<string, Tensor>> {
  return Object.fromEntries([...graph.initializers].map(([name, value]) => [name, value.read()]));
}
