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
 * @deprecated Use `readModel(path, options)`. Will be removed in 0.3.0.
 */
export function readModelFile(path: string, options: ReadModelOptions = {}): Promise<Model> {
  return readModel(path, options);
}

/**
 * Writes a model to a file.
 *
 * @deprecated Use `writeModel(path, model, options)`. Will be removed in 0.3.0.
 */
export function writeModelFile(path: string, model: Model, options: WriteModelOptions = {}): Promise<void> {
  return writeModel(path, model, options);
}
