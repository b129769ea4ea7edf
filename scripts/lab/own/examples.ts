/**
 * Examples for a model, from files that the command line names.
 *
 * @module
 */
import {
  type Data,
  type DataColumn,
  DataError,
  type DataTensor,
  type FileRows,
  type ModelDescription,
  type ModelValue,
  openNpyRows,
  parseNpy,
  readTable,
} from "../../../mod.ts";
import { reason, UsageError } from "../../console/mod.ts";
import { INPUTS } from "../../inputs/mod.ts";
import { checkedInput, checkedTarget } from "./check_examples.ts";
import { bytesOf } from "./file_bytes.ts";
import type { TuningLoss } from "./losses.ts";
import type { ClassDimension } from "./own_model.ts";
import { isText, readTokens } from "./tokens.ts";

/** Examples, and how the model reads them. */
export interface Examples {
  /** A tensor for each input of the model, and one for the targets. */
  readonly data: Data;
  /** The name of the targets. */
  readonly target: string;
  /** The number of examples. */
  readonly count: number;
  /** The number of tokens in an example of a language model. */
  readonly context: number | undefined;
  /** Whether the examples follow each other in one text, so that neighbors are alike. */
  readonly consecutive: boolean;
  /** The model's batch size, if it is fixed. */
  readonly fixed: number | undefined;
  /** The number of examples in the files that are left out because they do not fill a batch of a fixed size. */
  readonly left: number;
  /** Closes the readers of rows. */
  close(): Promise<void>;
}

/** The model and the loss that the examples are for. */
export interface ExamplesOptions extends Pick<ModelDescription, "inputs"> {
  /** The parameters of the model: the targets get another name. */
  readonly parameters: readonly { readonly name: string }[];
  /** The output that is compared with the targets. */
  readonly output: ModelValue;
  readonly loss: TuningLoss;
  /** The dimension of the output that counts the classes. */
  readonly classes: ClassDimension;
  /** The factor on inputs that are stored as integers. */
  readonly scale: number;
  /** Whether the inputs' rows are read as they are needed. */
  readonly stream?: boolean;
  /** The number of tokens in an example of a language model; by default that of the model. */
  readonly context?: number | undefined;
  /** The file with the tokens of a text by number. */
  readonly vocabulary?: string | undefined;
}

/** Returns whether the name of a file is that of a table. */
function isTable(file: string): boolean {
  return /\.([ct]sv(\.gz)?|parquet)$/i.test(file);
}

/**
 * Reads examples from `.npy` files, one for each input of the model and the last for the targets, or from one table: a `.csv`
 * or `.tsv` file, compressed by gzip or not, or a `.parquet` file.
 *
 * @throws {UsageError} when files and inputs do not match
 * @throws {DataError} naming the file, when its content does not fit the model or the loss.
 */
export async function readExamples(files: readonly string[], options: ExamplesOptions): Promise<Examples> {
  const named = await readNamed(files, options);
  const target = freeName("target", [
    ...options.inputs.map((i) => i.name),
    ...options.parameters.map((p) => p.name),
  ]);
  const whole: Record<string, DataColumn> = {};
  const counts = new Map<string, number>();
  for (const input of options.inputs) {
    const { file, column } = named.inputs.get(input.name)!;
    whole[input.name] = checkedInput(column, { file, input, scale: options.scale });
    counts.set(file, column.shape[0]!);
  }
  whole[target] = checkedTarget(named.target.tensor, { file: named.target.file, ...options });
  counts.set(named.target.file, whole[target].shape[0]!);
  if (new Set(counts.values()).size > 1) {
    const list = [...counts].map(([file, n]) => `${file} ${n}`).join(", ");
    throw new DataError(`all files must hold equally many examples: ${list}`);
  }
  const fixed = fixedBatch(options);
  const all = [...counts.values()][0]!;
  const count = fixed === undefined ? all : all - all % fixed;
  if (count === 0) {
    throw new DataError(`${named.target.file}: ${all} examples, but the model takes ${fixed ?? 1} at a time`);
  }
  const data = Object.fromEntries(Object.entries(whole).map(([name, t]) => [name, firstRows(t, count)]));
  const { context, consecutive = false, close } = named;
  return { data, target, count, context, consecutive, fixed, left: all - count, close };
}

/** Returns whether files are the tokens of a language model: a text, or one array for scores of the next token. */
export function areTokens(files: readonly string[], classes: ClassDimension | undefined): boolean {
  const [file = ""] = files;
  return files.length === 1 && (isText(file) || (classes === "last" && /\.npy$/i.test(file)));
}

function readNamed(files: readonly string[], options: ExamplesOptions): Promise<Named> {
  const [file = ""] = files;
  if (areTokens(files, options.classes)) return readTokenColumns(file, options);
  if (options.context !== undefined || options.vocabulary !== undefined) {
    const option = options.context === undefined ? "vocabulary" : "context";
    throw new UsageError(
      `--${option} is for the tokens of a language model: a .txt, or one .npy with --classes last`,
    );
  }
  return files.length === 1 && isTable(file) ? readColumns(file, options) : readArrays(files, options);
}

interface Stored {
  readonly file: string;
  readonly tensor: DataTensor;
}

interface Named {
  readonly inputs: ReadonlyMap<string, { readonly file: string; readonly column: DataColumn }>;
  readonly target: Stored;
  /** The number of tokens in an example of a language model. */
  readonly context?: number;
  /** Whether the examples follow each other in one text. */
  readonly consecutive?: boolean;
  close(): Promise<void>;
}

async function readArrays(files: readonly string[], { inputs, stream }: ExamplesOptions): Promise<Named> {
  const names = inputs.map((i) => i.name);
  const form = names.length === 1
    ? "x.npy,y.npy"
    : `${names.map((n) => `${n}=FILE.npy`).join(",")},TARGETS.npy`;
  const wrong = (what: string) =>
    new UsageError(
      `--train, --validation and --test take ${form} or a table (.csv, .tsv, .parquet): ${what}`,
    );
  const given = new Map<string, string>();
  let target: string | undefined;
  for (const entry of files) {
    const [, name, file] = /^([^=]+)=(.+)$/.exec(entry) ?? [undefined, undefined, entry];
    if (name !== undefined && names.includes(name)) given.set(name, file!);
    else if (name === "target") target = file;
    else if (name !== undefined) throw wrong(`the model has no input '${name}'`);
    else if (names.length === 1 && !given.has(names[0]!)) given.set(names[0]!, file!);
    else if (target === undefined) target = file;
    else throw wrong(`${entry} is one file too many`);
  }
  const missing = names.find((n) => !given.has(n));
  if (missing !== undefined) throw wrong(`there is no file for the input '${missing}'`);
  if (target === undefined) {
    const tokens = files.length === 1 && names.length === 1
      ? "; tokens of a language model need --classes last"
      : "";
    throw wrong(`there is no file of targets${tokens}`);
  }
  await using open = new AsyncDisposableStack();
  const columns = new Map<string, { file: string; column: DataColumn }>();
  for (const [name, file] of given) {
    const column = stream ? open.use(await openArray(file)) : (await readArray(file)).tensor;
    columns.set(name, { file, column });
  }
  const named = { inputs: columns, target: await readArray(target) };
  const moved = open.move();
  return { ...named, close: () => moved.disposeAsync() };
}

async function readArray(file: string): Promise<Stored> {
  await INPUTS.note(file, { kind: "data" });
  const tensor = parseNpy(await bytesOf(file), { name: file });
  if (tensor.shape.length === 0) throw new DataError(`${file}: must hold an example a row, is a scalar`);
  return { file, tensor };
}

async function openArray(file: string): Promise<FileRows> {
  await INPUTS.note(file, { kind: "data" });
  try {
    return await openNpyRows(file);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${file}: ${reason(error)}`, { cause: error });
  }
}

async function readColumns(file: string, { inputs, loss, stream }: ExamplesOptions): Promise<Named> {
  if (inputs.length !== 1) {
    const names = inputs.map((i) => i.name).join(", ");
    throw new UsageError(
      `a table feeds models of one input, this one has ${names}: name an .npy file for each`,
    );
  }
  if (stream) throw new UsageError(`--stream reads rows of .npy files, not of the table ${file}`);
  const target = loss === "cross-entropy" ? "class" : "number";
  const { x, y } = (await readTable(file, { target })).inputs;
  await INPUTS.note(file, { kind: "data" });
  const columns = new Map([[inputs[0]!.name, { file, column: x }]]);
  return { inputs: columns, target: { file, tensor: y }, close: () => Promise.resolve() };
}

async function readTokenColumns(
  file: string,
  { inputs, output, loss, classes, stream, context: asked, vocabulary }: ExamplesOptions,
): Promise<Named> {
  const [input] = inputs;
  if (inputs.length !== 1 || input === undefined) {
    const names = inputs.map((i) => i.name).join(", ");
    throw new UsageError(
      `tokens feed models of one input, this one has ${names}: name an .npy file for each`,
    );
  }
  if (loss !== "cross-entropy" || classes !== "last") {
    throw new UsageError(`${file}: tokens are for language models: --loss cross-entropy --classes last`);
  }
  if (stream) throw new UsageError(`--stream reads rows of arrays, not the tokens in ${file}`);
  const fixed = input.shape?.[1];
  const context = asked ?? (typeof fixed === "number" ? fixed : undefined);
  if (context === undefined) {
    throw new UsageError(`--context T is needed: input '${input.name}' takes any number of tokens`);
  }
  if (typeof fixed === "number" && context !== fixed) {
    throw new UsageError(
      `--context must be ${fixed}, the tokens that input '${input.name}' takes, got ${context}`,
    );
  }
  const scores = output.shape?.at(-1);
  const tokens = await readTokens(file, {
    context,
    scores: typeof scores === "number" ? scores : undefined,
    vocabulary,
  });
  return {
    inputs: new Map([[input.name, { file, column: tokens.inputs }]]),
    target: { file, tensor: tokens.targets },
    context,
    consecutive: tokens.consecutive,
    close: () => Promise.resolve(),
  };
}

/** Returns the batch size that the inputs fix. */
function fixedBatch({ inputs }: Pick<ModelDescription, "inputs">): number | undefined {
  const sizes = inputs.map((i) => i.shape?.[0]).filter((d) => typeof d === "number");
  return sizes[0];
}

function firstRows(column: DataColumn, count: number): DataColumn {
  const shape = [count, ...column.shape.slice(1)];
  if ("read" in column) return { ...column, shape };
  const each = column.shape.slice(1).reduce((a, b) => a * b, 1);
  return { ...column, shape, data: (column.data as Float32Array).subarray(0, count * each) };
}

function freeName(name: string, taken: readonly string[]): string {
  let free = name;
  for (let i = 1; taken.includes(free); i++) free = `${name}_${i}`;
  return free;
}
