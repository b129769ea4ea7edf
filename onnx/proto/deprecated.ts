/**
 * Older names of {@linkcode readModel} and {@linkcode writeModel} for files.
 *
 * @module
 */
import type { Model } from "./model.ts";
import { readModel, type ReadModelOptions, writeModel, type WriteModelOptions } from "./model_file.ts";

/**
 * Reads a model from an `.onnx` file.
 *
 * @example
 * ```ts
 * import { mlp } from "../../models/mod.ts";
 * import { readModelFile, writeModel } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = mlp({ inputs: 4, hidden: [8], outputs: 3, seed: 1 });
 * const path = await Deno.makeTempFile({ suffix: ".onnx" });
 * await writeModel(path, model);
 * assertEquals(await readModelFile(path), model);
 * await Deno.remove(path);
 * ```
 *
 * @deprecated Use `readModel(path, options)`. Will be removed in 0.3.0.
 */
export function readModelFile(path: string, options: ReadModelOptions = {}): Promise<Model> {
  return readModel(path, options);
}

/**
 * Writes a model to a file.
 *
 * @example
 * ```ts
 * import { mlp } from "../../models/mod.ts";
 * import { readModel, writeModelFile } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = mlp({ inputs: 4, hidden: [8], outputs: 3, seed: 1 });
 * const path = await Deno.makeTempFile({ suffix: ".onnx" });
 * await writeModelFile(path, model);
 * assertEquals(await readModel(path), model);
 * await Deno.remove(path);
 * ```
 *
 * @deprecated Use `writeModel(path, model, options)`. Will be removed in 0.3.0.
 */
export function writeModelFile(path: string, model: Model, options: WriteModelOptions = {}): Promise<void> {
  return writeModel(path, model, options);
}
