/**
 * Models that the command line names.
 *
 * @module
 */
import { describeModel, type Model, type ModelDescription, ModelError, readModel } from "../../../mod.ts";
import { reason, UsageError } from "../../console/mod.ts";
import { INPUTS } from "../../inputs/mod.ts";

/** A model and its description. */
export interface ModelFile {
  readonly file: string;
  readonly model: Model;
  readonly description: ModelDescription;
}

/**
 * Reads the model that `--model` names.
 *
 * @throws {UsageError} when none is named, or the file changed since the resumed run was started
 * @throws {ModelError} naming the file, when it is missing or not a valid model.
 */
export async function requiredModel(file: string | undefined, experiment: string): Promise<ModelFile> {
  if (file === undefined) throw new UsageError(`${experiment} needs an ONNX model: --model FILE`);
  try {
    const model = await readModel(file, { onFile: (path) => INPUTS.note(path, { kind: "model" }) });
    return { file, model, description: describeModel(model) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const why = reason(error);
    throw new ModelError(why.startsWith(`${file}: `) ? why : `${file}: ${why}`, { cause: error });
  }
}
