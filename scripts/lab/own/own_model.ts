/**
 * A user's model with a loss, ready to be trained.
 *
 * @module
 */
import {
  describeModel,
  type Model,
  type ModelParameter,
  type ModelValue,
  type Quantization,
  toFloat32,
  untieModel,
  withLoss,
} from "../../../mod.ts";
import { UsageError } from "../../console/mod.ts";
import type { TuningLoss } from "./losses.ts";
import { type ModelFile, requiredModel } from "./model_file.ts";
import { withFileWeights } from "./file_weights.ts";
import type { ModelValues } from "./options.ts";
import { trainedOf } from "./trained.ts";

/** The dimension of the scores that counts the classes. */
export type ClassDimension = "second" | "last";

/** A model of float32, and how it is trained. */
export interface OwnModel extends ModelFile {
  /** The model in the file, untied with `--untie`. */
  readonly original: Model;
  /** Its parameters, in the types of the file. */
  readonly shown: readonly ModelParameter[];
  readonly loss: TuningLoss;
  readonly classes: ClassDimension;
  /** The output that is compared with the targets. */
  readonly compared: ModelValue;
  /** The value that the loss reads: that output, or the value before its last function. */
  readonly output: string;
  readonly quantization: Quantization;
  /** Whether batch normalization uses the statistics of each batch. */
  readonly batchStatistics: boolean;
  /** The names of the trained parameters. */
  readonly trained: readonly string[];
}

/** What a model is read for. */
export interface OwnModelOptions {
  /** The file; an error if it is absent. */
  readonly model: string | undefined;
  readonly loss: TuningLoss;
  readonly classes: ClassDimension;
  /** The command, for errors. */
  readonly who: string;
}

/** Reads a model and checks that it can be trained. @throws {UsageError} for what the options cannot mean. */
export async function readOwnModel(
  own: ModelValues,
  { model: path, loss, classes, who }: OwnModelOptions,
): Promise<OwnModel> {
  const quantization = own.quantization ?? "exact";
  const given = await withFileWeights(await requiredModel(path, who), own);
  const file = own.untie ? { ...given, model: untieModel(given.model) } : given;
  const wide = toFloat32(file.model);
  const compared = outputOf(given, own.output);
  const output = scoresOf(wide, compared.name, loss);
  const source = { file: file.file, model: wide, description: describeModel(wide, { output }) };
  const lacking = source.description.operators.filter((o) => o.needed && !o.rule).map((o) => o.name);
  if (lacking.length > 0) {
    throw new Error(
      `${source.file}: no differentiation rule for ${lacking.join(", ")}: it cannot be trained`,
    );
  }
  return {
    ...source,
    original: file.model,
    shown: wide === file.model
      ? source.description.parameters
      : describeModel(file.model, { output }).parameters,
    loss,
    classes,
    compared,
    output,
    quantization,
    batchStatistics: own["batch-statistics"],
    trained: trainedOf(source, { freeze: own.freeze ?? [], parameters: own.parameters, quantization }),
  };
}

/** Returns the model with its loss, which reads the targets from an input of a name. */
export function trainableModel({ model, loss, classes, output }: OwnModel, target: string): Model {
  return withLoss(model, { loss, output, target, ...(loss === "cross-entropy" ? { classes } : {}) });
}

/** Returns the metrics of a model with its loss: `loss`, and `accuracy` for classes. */
export function metricsOf(model: Model): string[] {
  const names = model.graph?.output.map((o) => o.name) ?? [];
  return ["loss", ...names.filter((n) => n === "accuracy")];
}

function outputOf({ file, description: { outputs } }: ModelFile, name: string | undefined): ModelValue {
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
