/**
 * The task of `finetune`: a model, its examples, and the parameters to train, read and checked.
 *
 * @module
 */
import {
  describeModel,
  type Model,
  type ModelParameter,
  type Quantization,
  toFloat32,
  untieModel,
} from "../../../mod.ts";
import { required } from "../../../options/mod.ts";
import { type Options, ownOptions } from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { loadedOptimizers, type NamedOptimizer } from "../../lab/mod.ts";
import { type ModelFile, requiredModel } from "../model_file.ts";
import { type Examples, readExamples } from "./examples.ts";
import { TUNING_LOSSES, type TuningLoss } from "./losses.ts";
import { DEFAULTS, OPTIONS } from "./options.ts";
import { trainedOf } from "./trained.ts";

/** A model and its examples. */
export interface Task extends ModelFile {
  /** The model in the file, untied with `--untie`. */
  readonly original: Model;
  /** Its parameters, in the types of the file. */
  readonly shown: readonly ModelParameter[];
  /** Whether batch normalization uses the statistics of each batch. */
  readonly batchStatistics: boolean;
  readonly loss: TuningLoss;
  readonly output: string;
  readonly quantization: Quantization;
  /** The names of the trained parameters. */
  readonly trained: readonly string[];
  readonly train: Examples;
  readonly test: Examples | undefined;
  readonly optimizer: NamedOptimizer;
  readonly batchSize: number;
}

/** Reads and checks everything that the options name. @throws {UsageError} for what cannot be trained. */
export async function readTask(options: Options): Promise<Task> {
  const own = ownOptions(OPTIONS, options);
  const { model: path, train, test, loss, freeze = [], output, scale, quantization = "exact" } = own;
  const optimizers = await loadedOptimizers(options, [DEFAULTS.optimizer]);
  if (optimizers.length > 1) {
    throw new UsageError(`finetune takes one optimizer, got ${optimizers.map((o) => o.name).join(", ")}`);
  }
  if (loss === undefined) throw new UsageError(`finetune needs --loss ${TUNING_LOSSES.join("|")}`);
  if (train === undefined) throw new UsageError(`finetune needs --train ${OPTIONS.train.value}`);
  const given = await requiredModel(path, "finetune");
  const file = own.untie ? { ...given, model: untieModel(given.model) } : given;
  const wide = toFloat32(file.model);
  const target = outputOf(given, output);
  const scores = scoresOf(wide, target.name, loss);
  const source = { file: file.file, model: wide, description: describeModel(wide, { output: scores }) };
  const lacking = source.description.operators.filter((o) => o.needed && !o.rule).map((o) => o.name);
  if (lacking.length > 0) {
    throw new Error(
      `${source.file}: no differentiation rule for ${lacking.join(", ")}: it cannot be trained`,
    );
  }
  const trained = trainedOf(source, { freeze, parameters: own.parameters, quantization });
  const read = (files: readonly string[]) =>
    readExamples(files, {
      ...source.description,
      output: target,
      loss,
      scale: scale ?? 1,
      stream: own.stream,
    });
  const task = {
    ...source,
    original: file.model,
    shown: wide === file.model
      ? source.description.parameters
      : describeModel(file.model, { output: scores }).parameters,
    batchStatistics: own["batch-statistics"],
    loss,
    output: scores,
    quantization,
    trained,
    train: await read(train),
    test: test && await read(test),
  };
  for (const [name, { dtype }] of Object.entries(task.test?.data ?? {})) {
    const trained = task.train.data[name]!.dtype;
    if (dtype !== trained) {
      throw new UsageError(`--test must hold '${name}' as ${trained}, as --train does, got ${dtype}`);
    }
  }
  return {
    ...task,
    optimizer: required(optimizers, 0, "optimizer"),
    batchSize: batchSizeOf(task.train, options.batchSize),
  };
}

function outputOf({ file, description: { outputs } }: ModelFile, name: string | undefined) {
  const output = name === undefined ? outputs[0] : outputs.find((o) => o.name === name);
  if (output !== undefined) return output;
  throw new UsageError(
    `--output must be one of ${outputs.map((o) => o.name).join(", ")}, the outputs of ${file}, got ${name}`,
  );
}

/** Returns the value that the loss reads. If the model ends with a function that belongs to the loss, it is the value before. */
function scoresOf(model: Model, output: string, loss: TuningLoss): string {
  const last = { "cross-entropy": "Softmax", bce: "Sigmoid", mse: undefined }[loss];
  const node = model.graph!.node.find((n) => n.output[0] === output);
  return node !== undefined && node.opType === last && node.domain === "" ? node.input[0]! : output;
}

/** Returns the model's batch size if it is fixed. */
function batchSizeOf({ fixed, count }: Examples, asked: number | undefined): number {
  if (fixed !== undefined && asked !== undefined && asked !== fixed) {
    throw new UsageError(
      `--batch-size must be ${fixed}, the number of examples that the model takes at a time, got ${asked}`,
    );
  }
  return fixed ?? asked ?? Math.min(DEFAULTS.batchSize, count);
}
