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
 * Reads the model that `--model` names: a file, or a folder as Hugging Face's exporters write it.
 *
 * @throws {UsageError} when none is named, or the file changed since the resumed run was started
 * @throws {ModelError} naming the file, when it is missing or not a valid model.
 */
export async function requiredModel(path: string | undefined, experiment: string): Promise<ModelFile> {
  if (path === undefined) throw new UsageError(`${experiment} needs an ONNX model: --model FILE`);
  const file = await inFolder(path);
  try {
    const model = await readModel(file, { onFile: (part) => INPUTS.note(part, { kind: "model" }) });
    return { file, model, description: describeModel(model) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const why = reason(error);
    throw new ModelError(why.startsWith(`${file}: `) ? why : `${file}: ${why}`, { cause: error });
  }
}

/** The models of a folder, the first that exists. */
const IN_FOLDER = ["model.onnx", "onnx/model.onnx"];

/** Returns the path of the model in a folder; the path itself if it is no folder. */
async function inFolder(path: string): Promise<string> {
  const info = async (file: string) => await Deno.stat(file).catch(() => undefined); // reading it says why
  if (!(await info(path))?.isDirectory) return path;
  for (const file of IN_FOLDER) if ((await info(`${path}/${file}`))?.isFile) return `${path}/${file}`;
  throw new ModelError(`${path}: is a folder, not a file, and holds neither ${IN_FOLDER.join(" nor ")}`);
}
