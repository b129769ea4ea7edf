/**
 * Reads the weights of another program: a safetensors file, or a folder of Hugging Face's form.
 *
 * @module
 */
import { readFile, readFileIfAny } from "../../files/mod.ts";
import { host } from "../../host/mod.ts";
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import type { Tensor } from "../../onnx/mod.ts";
import { parseSafetensors, SafetensorsError } from "./safetensors.ts";

/** Options of {@linkcode readWeights}. */
export interface ReadWeightsOptions {
  /** Called with the path of each file before it is read. */
  readonly onFile?: (path: string) => void | Promise<void>;
}

const READ_WEIGHTS_OPTIONS = { onFile: "function" } satisfies OptionNames<ReadWeightsOptions>;

/** The files that Hugging Face's libraries write: all weights, or the list of the files that hold them. */
const WHOLE = "model.safetensors";
const INDEX = "model.safetensors.index.json";

/**
 * Reads weights by name from a safetensors file, or from a folder as Hugging Face's libraries write it: `model.safetensors`,
 * or `model.safetensors.index.json` and the files that it names. Nothing in such files is executed; pickled weights
 * (`.bin`, `.pt`, `.pth`) are code and are not read: `safetensors.torch.save_file(model.state_dict(), path)` writes a file
 * that is.
 *
 * @throws {SafetensorsError} naming the file that is of another format, missing from a folder, or lacks a tensor that the
 * index promises; whatever the file system says.
 *
 * @example
 * ```ts
 * import { encodeSafetensors, readWeights, tensorOf } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * const weights = { "fc.weight": tensorOf([1, 2], [1, 2]) };
 * await Deno.writeFile(`${folder}/model.safetensors`, encodeSafetensors(weights));
 * assertEquals(await readWeights(folder), weights);
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @see https://huggingface.co/docs/safetensors/index
 */
export async function readWeights(
  path: string,
  options: ReadWeightsOptions = {},
): Promise<Record<string, Tensor>> {
  checkOptions("readWeights", options, READ_WEIGHTS_OPTIONS);
  const { onFile = () => {} } = options;
  if (/\.(bin|pt|pth|ckpt|pkl)$/i.test(path)) {
    throw new SafetensorsError(
      `${path}: pickled weights are code, which Descent does not run; save them as safetensors: ` +
        "safetensors.torch.save_file(model.state_dict(), path)",
    );
  }
  const read = async (file: string) => {
    await onFile(file);
    return parseSafetensors(await readFile(file), { name: file }).tensors;
  };
  if (!await isFolder(path)) return await read(path);
  const index = await readFileIfAny(`${path}/${INDEX}`);
  if (index !== undefined) {
    await onFile(`${path}/${INDEX}`);
    return await readParts(weightMap(index, `${path}/${INDEX}`), (file) => read(`${path}/${file}`));
  }
  if (await exists(`${path}/${WHOLE}`)) return await read(`${path}/${WHOLE}`);
  throw new SafetensorsError(
    `${path}: a folder must hold ${WHOLE}, or ${INDEX} with the files that it names`,
  );
}

/** Returns whether there is something of that name; reading it says what. */
async function exists(path: string): Promise<boolean> {
  try {
    await host.files.stat(path);
    return true;
  } catch (error) {
    if (host.files.isMissing(error) || host.files.isPathThroughFile(error)) return false;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await host.files.stat(path)).isDirectory;
  } catch {
    return false; // reading it says why
  }
}

/** Returns the file of each tensor. */
function weightMap(index: Uint8Array, name: string): Record<string, string> {
  let map: unknown;
  try {
    map = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(index)).weight_map;
  } catch {
    map = undefined;
  }
  // A file of another folder could not be what the index was written with.
  const isMap = typeof map === "object" && map !== null &&
    Object.values(map).every((file) => typeof file === "string" && /^[^/\\]+\.safetensors$/.test(file));
  if (!isMap) {
    throw new SafetensorsError(`${name}: must be JSON with weight_map, the safetensors file of each tensor`);
  }
  return map as Record<string, string>;
}

/** Reads the tensors that an index names, each file once. */
async function readParts(
  map: Readonly<Record<string, string>>,
  read: (file: string) => Promise<Readonly<Record<string, Tensor>>>,
): Promise<Record<string, Tensor>> {
  const tensors: Record<string, Tensor> = {};
  for (const file of new Set(Object.values(map))) {
    const part = await read(file);
    for (const [name, of] of Object.entries(map)) {
      if (of !== file) continue;
      if (!Object.hasOwn(part, name)) {
        throw new SafetensorsError(`${file} lacks '${name}', which the index promises`);
      }
      tensors[name] = part[name]!;
    }
  }
  return tensors;
}
