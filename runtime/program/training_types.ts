/**
 * The options of a training program's model, and its parts.
 *
 * @module
 */
import type { OptionNames } from "../../options/mod.ts";
import type { ModelParameter, PreparedModel, Quantization, Target } from "../../autodiff/mod.ts";
import type { BufferSpec } from "../../autodiff/trained/mod.ts";
import type { DType, Model, StaticShape } from "../../onnx/mod.ts";
import type { Optimizer, Trace } from "../../optim/mod.ts";
import type { Noise } from "../../optim/graph/mod.ts";
import type { StepDraw } from "../augment/mod.ts";
import type { DataInput } from "./batch_input.ts";
import type { Mask } from "./masks.ts";
import { TRAINING_FORM_OPTIONS, type TrainingFormOptions } from "./training_form.ts";

/** A sum over all parameters that a step can report. */
export type Statistic = "gradient-norm" | "gradient-sum" | "update-dot-update" | "update-dot-gradient";

/** The sums over all parameters that a step can report. */
export const STATISTICS: readonly Statistic[] = [
  "gradient-norm",
  "gradient-sum",
  "update-dot-update",
  "update-dot-gradient",
];

/**
 * The way a program runs many steps: `"scan"` runs all in one call of a model that loops over them, `"steps"` runs a
 * model of one step for each.
 */
export type ProgramForm = "scan" | "steps";

/** The model, data and options that a training program is compiled from. */
export interface TrainingModelOptions extends TrainingFormOptions {
  /**
   * A model whose outputs include the loss, such as `withLoss` makes, or a prepared one; one of float16 trains in float32.
   */
  model: Model | PreparedModel;
  /** The output to minimize: a float scalar; `"loss"` by default. */
  loss?: string;
  /** The update rule. */
  optimizer: Optimizer;
  /** The form of the data for each input of the model. */
  inputs: Readonly<Record<string, DataInput>>;
  /**
   * Names to train: initializers, and float tensors of `Constant` nodes and subgraphs. By default the initializers that
   * the loss depends on and that `describeModel` calls trained: not numbers of formulas, masks, tables or running
   * statistics.
   */
  parameters?: readonly string[];
  /**
   * Whether to split each initializer that stands for several parameters into one per parameter, `name`, `name_2` and
   * so on: exporters write equal tensors once, and training would keep them equal. A list of names splits these
   * initializers only, even if one module reads them several times and the file does not say whether they are one
   * parameter. `false` by default.
   */
  untie?: boolean | readonly string[];
  /**
   * The gradient of rounding. `"exact"`: 0, and parameters that would get no gradient at all are refused.
   * `"straight-through"`: passes quantization, casts to integers and back, `Round`, `Floor` and `Ceil` as if they were
   * not there, and is 0 if a quantization clamps. `"exact"` by default.
   */
  quantization?: Quantization;
  /** Further scalar outputs of the model to report each step. */
  metrics?: readonly string[];
  /** Sums over all parameters to report each step. */
  statistics?: readonly Statistic[];
  /**
   * The update of the running statistics of batch normalizations: `"moved"` moves them toward the batch's by the
   * layers' momentum, `"summed"` adds the batch's to them, for averages over many batches. `"moved"` by default.
   */
  runningStatistics?: "moved" | "summed";
  /** Seed of the estimates of the Hessian's diagonal, for rules that need them: an integer from 0 to 2^53 - 1; 0 by default. */
  hessianSeed?: number;
  /**
   * Examples a step, if the number is always the same: a program then takes no other. Any number by default. Where it is
   * known, no sizes are computed in a step, and more operators of convolutions are at hand.
   */
  batchSize?: number;
  /** Many steps or one; `"scan"` by default. */
  form?: ProgramForm;
  /** The kind of device that the gradient is written for; `"cpu"` by default. */
  target?: Target;
  /**
   * The channels of a block of the processor's convolutions, as `cpuBlock` returns it: the model then uses ONNX
   * Runtime's own operators, and runs on processors with such blocks alone. By default the model is of `ai.onnx`.
   */
  block?: 8 | 16;
  /**
   * Whether the model may use operators of ONNX Runtime's own, of the domain `com.microsoft`, by which updates take fewer
   * passes over their tensors. Only ONNX Runtime on a CPU computes them, so a model that is stored or run elsewhere must
   * be without. `false` by default; `trainingProgram` and `fit` take them on device `"cpu"`.
   */
  runtimeOperators?: boolean;
  /**
   * Whether the update of many parameters is computed on flat vectors: one operation for all parameters that a rule treats
   * alike, in place of one for each, and on target `"gpu"` for all running statistics. Parameters, state and their bits
   * stay as they are; a `statistics` sum on target `"gpu"` adds in another order. By default `true` for target `"gpu"`,
   * where each operation costs a launch, and `false` for `"cpu"`.
   */
  flatUpdate?: boolean;
}

/** The names of {@linkcode TrainingModelOptions}. */
export const TRAINING_MODEL_OPTIONS = {
  ...TRAINING_FORM_OPTIONS,
  model: true,
  loss: false,
  optimizer: true,
  inputs: true,
  parameters: false,
  untie: false,
  quantization: ["exact", "straight-through"],
  metrics: false,
  statistics: false,
  runningStatistics: ["moved", "summed"],
  hessianSeed: false,
  batchSize: false,
  form: ["scan", "steps"],
  target: ["cpu", "gpu"],
  block: false,
  runtimeOperators: "flag",
  flatUpdate: "flag",
} satisfies OptionNames<TrainingModelOptions>;

/** A training program's model, and the meaning of its inputs and outputs. */
export interface TrainingModel {
  /** The model. */
  readonly model: Model;
  /** The form: many steps or one. */
  readonly form: ProgramForm;
  /** The parameters, by name. */
  readonly parameters: Readonly<Record<string, { dtype: DType; shape: StaticShape }>>;
  /** The float initializers that the loss depends on and that it does not train; `constant` gives the reason. */
  readonly leftOut: readonly ModelParameter[];
  /** Warnings about branches that no gradient passes; empty for most models. */
  readonly warnings: readonly string[];
  /** The running statistics that it updates, by name. */
  readonly buffers: Readonly<Record<string, BufferSpec>>;
  /** The masks that each step needs from the host, one for each dropout. */
  readonly masks: readonly Mask[];
  /** The numbers that each step needs from the host for the augmentation of its batch. */
  readonly draws: readonly StepDraw[];
  /** The seed of the draws, unless a run has its own. */
  readonly seed: number;
  /** The update rule, traced over the parameters. */
  readonly trace: Trace;
  /** The random numbers that each step needs: the rule's, and those that estimates of the Hessian are made with. */
  readonly noises: readonly Noise[];
  /** Names of the scalars reported each step, the loss first. */
  readonly reports: readonly string[];
}
