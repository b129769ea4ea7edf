/**
 * Models as files, with tensors in files beside them.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { create } from "../../deps.ts";
import { NotAFile, readFile, requireFile } from "../../files/mod.ts";
import { decodeTensor, encodeTensor } from "./codec.ts";
import { bitsOf, dtypeOfCode } from "../tensor/mod.ts";
import { type Model, ModelError, readModel, writeModel } from "./model.ts";
import {
  type AttributeProto,
  type GraphProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation as Location,
} from "./onnx_pb.ts";

/** Options of {@linkcode readModelFile}. */
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
 * @throws {ModelError} when the file is no model, or a tensor's file is missing, too short, or outside the model's folder
 * (an absolute path, one with `..`, or a link that leads out); when either is a folder, a pipe or a device.
 */
export async function readModelFile(path: string, options: ReadModelOptions = {}): Promise<Model> {
  checkOptions("readModelFile", options, READ_MODEL_OPTIONS);
  const bytes = await readFile(path).catch(refused(`${path}:`));
  await options.onFile?.(path);
  const model = readModel(bytes);
  const folder = await Deno.realPath(folderOf(path));
  const told = new Set<string>();
  const place = {
    folder,
    onFile: async (location: string) => {
      if (told.has(location)) return;
      told.add(location);
      await options.onFile?.(`${folderOf(path)}/${location}`.replace(/^\.\//, ""));
    },
  };
  for (const t of tensorsOf(model)) await readExternal(t, place);
  return model;
}

/**
 * Writes a model to a file: whole, or not at all. With `externalData` initializers of `threshold` bytes or more (1024 by
 * default; those of subgraphs included) go to one file of that name beside it, and both are written or neither is. Files
 * that were there are replaced; the data first, so that a machine that stops in between leaves the old model with new
 * data. Without a large initializer there is no second file.
 *
 * In that file each tensor starts at a multiple of 4096 bytes if it has 1 MiB or more, so that it can be mapped into
 * memory, and else at a multiple of 64. Tensors of strings stay in the model. `model` itself is not changed. A low
 * threshold is for other readers: ONNX Runtime 1.30 fails to load models whose constants that steer its optimizers, such
 * as the condition of an `If`, are in another file.
 *
 * @throws {RangeError} when `externalData` is no plain file name other than the model's, or the threshold no number of bytes.
 * @throws {ModelError} when the model file would have more than 2 GiB (`externalData` is the remedy), or when the model
 * refers to data that it would overwrite.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, readModelFile, tensor, writeModelFile } from "../mod.ts";
 * import { assert, assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.neg(g.initializer("w", tensor(new Float32Array(1000)))), "y");
 * const folder = await Deno.makeTempDir();
 * await writeModelFile(`${folder}/m.onnx`, buildModel(g), { externalData: "m.onnx.data" });
 * assert((await Deno.stat(`${folder}/m.onnx`)).size < 200);
 * assertEquals(await readModelFile(`${folder}/m.onnx`), buildModel(g));
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeModelFile(
  path: string,
  model: Model,
  options: { externalData?: string | { file: string; threshold?: number } } = {},
): Promise<void> {
  checkOptions("writeModelFile", options, { externalData: false });
  if (options.externalData === undefined) return await replaceAll([{ path, chunks: [writeModel(model)] }]);
  const given = options.externalData;
  if (typeof given !== "string") {
    checkOptions("writeModelFile: externalData", given, { file: true, threshold: false });
  }
  const { file, threshold = 1024 } = typeof given === "string" ? { file: given } : given;
  checkPlace({ file, threshold }, path);
  const place = new DataFile(file, threshold);
  const shell = place.without(model);
  const data = { path: `${folderOf(path)}/${file}`, chunks: place.chunks };
  const files = [...(place.chunks.length > 0 ? [data] : []), { path, chunks: [writeModel(shell)] }];
  await replaceAll(files);
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

/** A file of tensors as it grows, in pieces: those of the tensors and the padding between them. */
class DataFile {
  readonly chunks: Uint8Array[] = [];
  #size = 0;

  constructor(readonly file: string, readonly threshold: number) {}

  /** The model without what this file takes over; a copy of what differs, the rest is shared. */
  without(model: Model): Model {
    for (const t of tensorsOf(model)) {
      if (t.dataLocation !== Location.EXTERNAL || entriesOf(t).get("location") !== this.file) continue;
      throw new ModelError(
        `tensor '${t.name}' is stored in '${this.file}', which would be overwritten: read the model with readModelFile`,
      );
    }
    return model.graph === undefined ? model : copy(model, { graph: this.#graph(model.graph) });
  }

  #graph(graph: GraphProto): GraphProto {
    return copy(graph, {
      initializer: graph.initializer.map((t) => this.#tensor(t)),
      node: graph.node.map((n) =>
        n.attribute.some((a) => subgraphsOf(a).length > 0)
          ? copy(n, { attribute: n.attribute.map((a) => this.#attribute(a)) })
          : n
      ),
    });
  }

  #attribute(a: AttributeProto): AttributeProto {
    if (subgraphsOf(a).length === 0) return a;
    return copy(a, {
      ...(a.g === undefined ? {} : { g: this.#graph(a.g) }),
      graphs: a.graphs.map((g) => this.#graph(g)),
    });
  }

  #tensor(t: TensorProto): TensorProto {
    const bytes = rawSizeOf(t);
    if (bytes === undefined || bytes < this.threshold) return t;
    // Only raw bytes can be stored in another file.
    const raw = t.rawData.length > 0 ? t.rawData : encodeTensor(t.name, decodeTensor(t)).rawData;
    const entries = { location: this.file, offset: this.#append(raw), length: raw.length };
    const outside: Partial<TensorProto> = copy(t, {
      floatData: [],
      doubleData: [],
      int32Data: [],
      int64Data: [],
      uint64Data: [],
      externalData: Object.entries(entries).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value: String(value) })
      ),
      dataLocation: Location.EXTERNAL,
    });
    // Absent, where an empty value would be a field that is there.
    delete outside.rawData;
    return outside as TensorProto;
  }

  /** Where `raw` starts. */
  #append(raw: Uint8Array): number {
    const unit = raw.length >= 2 ** 20 ? 4096 : 64;
    const start = Math.ceil(this.#size / unit) * unit;
    if (start > this.#size) this.chunks.push(new Uint8Array(start - this.#size));
    this.chunks.push(raw);
    this.#size = start + raw.length;
    return start;
  }
}

/** Bytes that a tensor has or would have in raw form; `undefined` for one that cannot be, or need not be, elsewhere. */
function rawSizeOf(t: TensorProto): number | undefined {
  if (t.dataLocation === Location.EXTERNAL) return undefined;
  if (t.rawData.length > 0) return t.rawData.length;
  const dtype = dtypeOfCode(t.dataType);
  if (dtype === undefined || dtype === "string") return undefined;
  return Math.ceil(t.dims.reduce((a, d) => a * Number(d), 1) * (bitsOf(dtype) / 8)) || undefined;
}

/** A message with some fields replaced. Absent fields have their defaults from its prototype, so that is kept. */
function copy<T extends object>(message: T, fields: Partial<T>): T {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message, fields);
}

let written = 0;

/**
 * Puts files in place in order: all of them, or, on an error, none. Each is first written whole under another name, and
 * what a later failure would have to restore is kept under another name too.
 */
async function replaceAll(files: readonly { path: string; chunks: readonly Uint8Array[] }[]): Promise<void> {
  const suffix = `${Deno.pid}.${written++}`;
  const partial = (path: string) => `${path}.${suffix}.tmp`;
  const kept = (path: string) => `${path}.${suffix}.old.tmp`;
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { path, chunks } of files) await writeChunks(partial(path), chunks);
    for (const [i, { path }] of files.entries()) {
      // The last one needs no way back: nothing can fail after it.
      if (i < files.length - 1) {
        const there = await keep(path, kept(path));
        undo.push(() => there ? Deno.rename(kept(path), path) : Deno.remove(path));
      }
      await Deno.rename(partial(path), path);
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {});
    for (const name of files.flatMap(({ path }) => [partial(path), kept(path)])) {
      await Deno.remove(name).catch(() => {});
    }
    throw error;
  }
  for (const { path } of files.slice(0, -1)) await Deno.remove(kept(path)).catch(() => {});
}

/** Keeps a file under a second name; where it lies it stays, should the process end here. @returns whether there is one. */
async function keep(path: string, name: string): Promise<boolean> {
  try {
    await Deno.link(path, name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    await Deno.copyFile(path, name); // not every file system has links
  }
  return true;
}

async function writeChunks(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  for (const chunk of chunks) {
    for (let done = 0; done < chunk.length;) done += await file.write(chunk.subarray(done));
  }
}

/** Every tensor of a model, wherever it may stand. */
function tensorsOf(model: Model): TensorProto[] {
  const ofAttribute = (a: AttributeProto): TensorProto[] => [
    ...(a.t ? [a.t] : []),
    ...a.tensors,
    ...[...(a.sparseTensor ? [a.sparseTensor] : []), ...a.sparseTensors].flatMap(ofSparse),
    ...subgraphsOf(a).flatMap(ofGraph),
  ];
  const ofSparse = (s: GraphProto["sparseInitializer"][number]) =>
    [s.values, s.indices].filter((t) => t !== undefined);
  const ofGraph = (g: GraphProto): TensorProto[] => [
    ...g.initializer,
    ...g.sparseInitializer.flatMap(ofSparse),
    ...g.node.flatMap((n) => n.attribute.flatMap(ofAttribute)),
  ];
  const training = model.trainingInfo.flatMap((t) => [t.initialization, t.algorithm]);
  const functions = model.functions.flatMap((
    f,
  ) => [...f.attributeProto, ...f.node.flatMap((n) => n.attribute)]);
  return [
    ...[model.graph, ...training].flatMap((g) => (g ? ofGraph(g) : [])),
    ...functions.flatMap(ofAttribute),
  ];
}

function subgraphsOf(a: AttributeProto): GraphProto[] {
  return a.g === undefined ? a.graphs : [a.g, ...a.graphs];
}

function entriesOf(t: TensorProto): Map<string, string> {
  return new Map(t.externalData.map((e) => [e.key, e.value]));
}

/** Returns a handler that rethrows errors, and turns {@linkcode NotAFile} into a {@linkcode ModelError} that names the file. */
function refused(what: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof NotAFile ? new ModelError(`${what} ${error.message}`, { cause: error }) : error;
  };
}

async function readExternal(
  t: TensorProto,
  { folder, onFile }: { folder: string; onFile: (location: string) => Promise<void> },
): Promise<void> {
  if (t.dataLocation !== Location.EXTERNAL) return;
  const who = `tensor '${t.name}'`;
  const entries = entriesOf(t);
  const location = entries.get("location") ?? "";
  if (
    location === "" || location.startsWith("/") || /^[a-z]:|\\/i.test(location) ||
    location.split("/").includes("..")
  ) {
    throw new ModelError(`${who} is stored at '${location}': it must be a path within the model's folder`);
  }
  let file: string;
  try {
    file = await Deno.realPath(`${folder}/${location}`);
  } catch {
    throw new ModelError(`${who} is stored in '${location}', which is not in the model's folder`);
  }
  if (!file.startsWith(`${folder}/`)) {
    throw new ModelError(`${who}: '${location}' is a link out of the model's folder`);
  }
  await requireFile(file).catch(refused(`${who}: '${location}'`));
  const { size } = await Deno.stat(file);
  const offset = Number(entries.get("offset") ?? 0);
  const length = Number(entries.get("length") ?? size - offset);
  if (
    !(Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0 &&
      offset + length <= size)
  ) {
    throw new ModelError(
      `${who} takes bytes ${offset} to ${offset + length} of '${location}', which has ${size}`,
    );
  }
  await onFile(location);
  using handle = await Deno.open(file);
  await handle.seek(offset, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const read = await handle.read(bytes.subarray(done));
    if (read === null) throw new ModelError(`${who}: '${location}' ended while it was read`);
    done += read;
  }
  t.rawData = bytes;
  t.externalData = [];
  delete (t as Partial<TensorProto>).dataLocation; // as a tensor that never was elsewhere
}
