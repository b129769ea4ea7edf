/**
 * Models that the command line names.
 *
 * @module
 */
import { describeModel, type Model, type ModelDescription, ModelError, readModelFile } from "../../mod.ts";
import { UsageError } from "../errors.ts";

/** A model, and what it is made of. */
export interface ModelFile {
  readonly file: string;
  readonly model: Model;
  readonly description: ModelDescription;
}

/**
 * Reads the model that `--model` names.
 *
 * @throws {UsageError} when none is named
 * @throws {ModelError} naming the file, when it is missing or no sound model.
 */
export async function requiredModel(file: string | undefined, experiment: string): Promise<ModelFile> {
  if (file === undefined) throw new UsageError(`${experiment} needs an ONNX model: --model FILE`);
  try {
    const model = await readModelFile(file);
    return { file, model, description: describeModel(model) };
  } catch (error) {
    throw new ModelError(`${file}: ${reason(error)}`, { cause: error });
  }
}

/** Why a file could not be read, without the path and the number that the runtime adds. */
export function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.IsADirectory) return "is a folder, not a file";
  return error instanceof Error ? error.message : String(error);
}
