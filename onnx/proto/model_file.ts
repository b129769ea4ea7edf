/**
 * Models as files, with tensors in separate files in the same folder.
 *
 * @module
 */
import { readFile, replaceFiles } from "../../files/mod.ts";
import { host } from "../../host/mod.ts";
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { DataFile } from "./data_file.ts";
import { readExternal, refused } from "./external_data.ts";
import { encodeModel, type Model, parseModel } from "./model.ts";
import { tensorsOf } from "./tensors_of.ts";

/** Options of {@linkcode readModel}. */
export interface ReadModelOptions {
  /**
   * Called and awaited once with the path of the model and of each file with tensors, before that is read. An error
   * that it throws stops the reading.
   */
  readonly onFile?: (path: string) => void | Promise<void>;
}

const READ_MODEL_OPTIONS = { onFile: "function" } satisfies OptionNames<ReadModelOptions>;

/**
 * Reads a model from an `.onnx` file, with the tensors that it stores in other files.
 *
 * @throws {ModelError} when the file is not a model, or a tensor's file is missing, too short, or outside the model's
 * folder (an absolute path, one with `..`, or a link that leads out); when either is a folder, a pipe or a device.
 *
 * @example
 * ```ts
 * import { mlp } from "../../models/mod.ts";
 * import { readModel, writeModel } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = mlp({ inputs: 4, hidden: [8], outputs: 3, seed: 1 });
 * const path = await Deno.makeTempFile({ suffix: ".onnx" });
 * await writeModel(path, model);
 * assertEquals(await readModel(path), model);
 * await Deno.remove(path);
 * ```
 */
export function readModel(path: string, options?: ReadModelOptions): Promise<Model>;
/**
 * Returns a model from the bytes of an `.onnx` file.
 *
 * @deprecated Use `parseModel(bytes)`: "read" is for paths. Will be removed in 0.3.0.
 */
export function readModel(bytes: Uint8Array): Model;
export function readModel(from: string | Uint8Array, options: ReadModelOptions = {}): Model | Promise<Model> {
  return typeof from === "string" ? readFrom(from, options) : parseModel(from);
}

async function readFrom(path: string, options: ReadModelOptions): Promise<Model> {
  checkOptions("readModel", options, READ_MODEL_OPTIONS);
  const bytes = await readFile(path).catch(refused(`${path}:`));
  await options.onFile?.(path);
  const model = parseModel(bytes);
  const folder = await host.files.realPath(folderOf(path));
  const reported = new Set<string>();
  const place = {
    folder,
    onFile: async (location: string) => {
      if (reported.has(location)) return;
      reported.add(location);
      await options.onFile?.(`${folderOf(path)}/${location}`.replace(/^\.\//, ""));
    },
  };
  for (const t of tensorsOf(model)) await readExternal(t, place);
  return model;
}

/** Options of {@linkcode writeModel}. */
export interface WriteModelOptions {
  /**
   * The name of a file in the model's folder for initializers of `threshold` bytes or more, those of subgraphs included;
   * 1024 bytes by default. Without it, the model holds all of them.
   */
  readonly externalData?: string | { readonly file: string; readonly threshold?: number };
}

/**
 * Writes a model to a file: whole, or not at all. With `externalData`, both files are written or neither is, and
 * without a large initializer there is no second file. Files that were there are replaced; the data first, so that a
 * machine that stops in between leaves the old model with new data.
 *
 * In that file each tensor starts at a multiple of 4096 bytes if it has 1 MiB or more, so that it can be mapped into
 * memory, and else at a multiple of 64. Tensors of strings stay in the model. `model` itself is not changed. A low
 * threshold is for other readers: ONNX Runtime 1.30 fails to load models whose constants that steer its optimizers,
 * such as the condition of an `If`, are in another file.
 *
 * @throws {RangeError} when `externalData` is no plain file name other than the model's, or the threshold no number of
 * bytes.
 * @throws {ModelError} when the model file would have more than 2 GiB (`externalData` is the remedy), or when the model
 * refers to data that it would overwrite.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, readModel, tensor, writeModel } from "../mod.ts";
 * import { assert, assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.neg(g.initializer("w", tensor(new Float32Array(1000)))), "y");
 * const folder = await Deno.makeTempDir();
 * await writeModel(`${folder}/m.onnx`, buildModel(g), { externalData: "m.onnx.data" });
 * assert((await Deno.stat(`${folder}/m.onnx`)).size < 200);
 * assertEquals(await readModel(`${folder}/m.onnx`), buildModel(g));
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function writeModel(path: string, model: Model, options?: WriteModelOptions): Promise<void>;
/**
 * Returns the bytes of a model, as an `.onnx` file holds them.
 *
 * @deprecated Use `encodeModel(model)`: "write" is for paths. Will be removed in 0.3.0.
 */
export function writeModel(model: Model): Uint8Array<ArrayBuffer>;
export function writeModel(
  path: string | Model,
  model?: Model,
  options: WriteModelOptions = {},
): Promise<void> | Uint8Array<ArrayBuffer> {
  return typeof path === "string" ? writeTo(path, model!, options) : encodeModel(path);
}

async function writeTo(path: string, model: Model, options: WriteModelOptions): Promise<void> {
  checkOptions("writeModel", options, { externalData: false });
  if (options.externalData === undefined) {
    return await replaceFiles([{ path, chunks: [encodeModel(model)] }]);
  }
  const given = options.externalData;
  if (typeof given !== "string") {
    checkOptions("writeModel: externalData", given, { file: true, threshold: false });
  }
  const { file, threshold = 1024 } = typeof given === "string" ? { file: given } : given;
  checkPlace({ file, threshold }, path);
  const place = new DataFile(file, threshold);
  const shell = place.without(model);
  const data = { path: `${folderOf(path)}/${file}`, chunks: place.chunks };
  const files = [...(place.chunks.length > 0 ? [data] : []), { path, chunks: [encodeModel(shell)] }];
  await replaceFiles(files);
}

function folderOf(path: string): string {
  const cut = path.lastIndexOf("/");
  return cut < 0 ? "." : path.slice(0, cut) || "/";
}

function checkPlace({ file, threshold }: { file: string; threshold: number }, path: string): void {
  // deno-lint-ignore no-control-regex -- a zero byte ends a path for the operating system
  if (file === "" || file === "." || file === ".." || /[/\\\x00]|^[a-z]:/i.test(file)) {
    throw new RangeError(`externalData must be a plain file name in the model's folder, got '${file}'`);
  }
  if (file === path.slice(path.lastIndexOf("/") + 1)) {
    throw new RangeError(`externalData must differ from the model's own file name, got '${file}'`);
  }
  if (!Number.isSafeInteger(threshold) || threshold < 0) {
    throw new RangeError(`externalData.threshold must be a number of bytes, got ${threshold}`);
  }
}
