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
  type DType,
  type FileRows,
  isFloat,
  type ModelDescription,
  type ModelValue,
  openNpyRows,
  parseNpy,
  readTable,
  type Shape,
} from "../../mod.ts";
import { readFile } from "../../files/mod.ts";
import { reason, UsageError } from "../console/mod.ts";
import { INPUTS } from "../inputs/mod.ts";
import { firstOutside, withinText } from "./representable.ts";

/** Losses that a model can be tuned with. */
export const TUNING_LOSSES = ["cross-entropy", "mse", "bce"] as const;

/** One of them. */
export type TuningLoss = typeof TUNING_LOSSES[number];

/** Examples, and how the model takes them. */
export interface Examples {
  /** A tensor for each input of the model, and one for the targets. */
  readonly data: Data;
  /** The name of the targets. */
  readonly target: string;
  /** How many examples there are. */
  readonly count: number;
  /** How many examples the model takes at a time, where it fixes that. */
  readonly fixed: number | undefined;
  /** How many examples of the files are left out, since they fill no batch of a fixed size. */
  readonly left: number;
  /** Ends what reads rows. */
  close(): Promise<void>;
}

/** What the examples are for. */
export interface ExamplesOptions extends ModelDescription {
  /** The output that the targets belong to. */
  readonly output: ModelValue;
  readonly loss: TuningLoss;
  /** Factor on inputs that are stored as whole numbers. */
  readonly scale: number;
  /** Whether the inputs' rows are read as they are needed. */
  readonly stream?: boolean;
}

/**
 * Reads examples from `.npy` files, one for each input of the model and the last for the targets, or from one table, a `.csv`
 * or `.tsv` file, compressed by gzip or not.
 *
 * @throws {UsageError} when files and inputs do not go together
 * @throws {DataError} naming the file, when its content does not fit the model or the loss.
 */
export async function readExamples(files: readonly string[], options: ExamplesOptions): Promise<Examples> {
  const named = files.length === 1 && /\.[ct]sv(\.gz)?$/i.test(files[0]!)
    ? await readColumns(files[0]!, options)
    : await readArrays(files, options);
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
  return { data, target, count, fixed, left: all - count, close: named.close };
}

interface Stored {
  readonly file: string;
  readonly tensor: DataTensor;
}

interface Named {
  readonly inputs: ReadonlyMap<string, { readonly file: string; readonly column: DataColumn }>;
  readonly target: Stored;
  close(): Promise<void>;
}

async function readArrays(files: readonly string[], { inputs, stream }: ExamplesOptions): Promise<Named> {
  const names = inputs.map((i) => i.name);
  const form = names.length === 1
    ? "x.npy,y.npy"
    : `${names.map((n) => `${n}=FILE.npy`).join(",")},TARGETS.npy`;
  const wrong = (what: string) => new UsageError(`--train and --test take ${form} or FILE.csv: ${what}`);
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
  if (target === undefined) throw wrong("there is no file of targets");
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

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new DataError(`${file}: ${reason(error)}`, { cause: error });
  }
}

/** An input as the model takes it: its elements cast by the program, each example of the input's size. */
function checkedInput(
  column: DataColumn,
  { file, input, scale }: { file: string; input: ModelValue; scale: number },
): DataColumn {
  const { dtype, shape } = column;
  const example = input.shape?.slice(1);
  if (example?.every((d) => typeof d === "number")) {
    const wanted = (example as number[]).reduce((a, b) => a * b, 1);
    const got = shape.slice(1).reduce((a, b) => a * b, 1);
    if (wanted !== got) {
      throw new DataError(
        `${file}: input '${input.name}' takes examples of shape [${example.join(", ")}], got [${
          shape.slice(1).join(", ")
        }]`,
      );
    }
  } else if (example !== undefined && example.length !== shape.length - 1) {
    throw new DataError(
      `${file}: input '${input.name}' takes examples of shape [${example.join(", ")}], got [${
        shape.slice(1).join(", ")
      }]`,
    );
  }
  const wanted = input.dtype;
  if (wanted !== undefined && !isFloat(wanted) && isFloat(dtype)) {
    throw new DataError(`${file}: input '${input.name}' takes ${wanted}, got ${dtype}: save it as ${wanted}`);
  }
  const scaled = scale !== 1 && wanted !== undefined && isFloat(wanted) && !isFloat(dtype);
  // Scaled columns become floats of the model's type; columns without a wanted type become float32.
  const as = scaled || wanted === undefined ? "float32" : wanted;
  const shaped = shapedAs(checkedColumn(column, { file, as }), example);
  return scaled ? { ...shaped, scale } : shaped;
}

/** Targets as the loss takes them. */
function checkedTarget(
  tensor: DataTensor,
  { file, loss, output }: { file: string; loss: TuningLoss; output: ModelValue },
): DataTensor {
  const { dtype, shape } = tensor;
  const scores = output.shape;
  if (loss === "cross-entropy") {
    if (isFloat(dtype)) {
      throw new DataError(`${file}: cross-entropy takes classes as whole numbers from 0, got ${dtype}`);
    }
    const classes = typeof scores?.[1] === "number" ? scores[1] : Infinity;
    classesWithin(tensor, { file, classes });
    tensor = { dtype: "int64", shape, data: BigInt64Array.from(tensor.data as ArrayLike<number>, BigInt) };
  } else {
    requireWithin(tensor, { file, as: "float32" });
    if (loss === "bce") {
      const at = (tensor.data as Float32Array).findIndex((v) => !(Number(v) >= 0 && Number(v) <= 1));
      if (at >= 0) {
        throw new DataError(`${file}: bce takes targets from 0 to 1, number ${at} is ${tensor.data[at]}`);
      }
    }
  }
  const example = loss === "cross-entropy" ? scores?.toSpliced(1, 1).slice(1) : scores?.slice(1);
  const wanted = example?.every((d) => typeof d === "number") ? example as number[] : undefined;
  if (
    wanted !== undefined && wanted.reduce((a, b) => a * b, 1) !== shape.slice(1).reduce((a, b) => a * b, 1)
  ) {
    throw new DataError(
      `${file}: output '${output.name}' of shape [${scores!.join(", ")}] takes targets of shape [${
        [shape[0], ...wanted].join(", ")
      }], got [${shape.join(", ")}]`,
    );
  }
  return shapedAs(tensor, wanted);
}

/** The same elements under the shape that the model declares of an example, where it leaves no dimension open. */
function shapedAs<Column extends DataColumn>(column: Column, example: Shape | undefined): Column {
  if (!example?.every((d) => typeof d === "number")) return column;
  return { ...column, shape: [column.shape[0]!, ...example as number[]] };
}

function classesWithin({ data }: DataTensor, { file, classes }: { file: string; classes: number }): void {
  for (let i = 0; i < data.length; i++) {
    const c = Number(data[i]);
    if (c < 0 || c >= classes) {
      const range = classes === Infinity
        ? "at least 0"
        : `in [0, ${classes - 1}], as the model has ${classes} scores`;
      throw new DataError(`${file}: the class of example ${i} must be ${range}, got ${c}`);
    }
  }
}

/** The file of a column, and the type to cast its numbers to. */
interface CastTo {
  readonly file: string;
  readonly as: DType;
}

/** Checks that a column's numbers are finite and fit the type; rows that are read later are checked then. */
function checkedColumn(column: DataColumn, { file, as }: CastTo): DataColumn {
  if (!("read" in column)) {
    requireWithin(column, { file, as });
    return column;
  }
  const { dtype } = column;
  const each = sizeOfRow(column);
  const read = async (rows: Uint32Array) => {
    const data = await column.read(rows);
    const at = firstOutside({ dtype, data }, as);
    if (at < 0) return data;
    throw outside(data[at]!, { file, as, row: rows[Math.floor(at / each)]!, number: at % each });
  };
  return { ...column, read };
}

function requireWithin(tensor: DataTensor, { file, as }: CastTo): void {
  const at = firstOutside(tensor, as);
  if (at < 0) return;
  const each = sizeOfRow(tensor);
  throw outside(tensor.data[at]!, { file, as, row: Math.floor(at / each), number: at % each });
}

/** Returns the number of elements per example. */
function sizeOfRow({ shape }: DataColumn): number {
  return shape.slice(1).reduce((a, b) => a * b, 1);
}

function outside(
  value: number | bigint | string,
  { file, as, row, number }: CastTo & { row: number; number: number },
): DataError {
  return new DataError(
    `${file}: every number must be ${withinText(as)}; number ${number} of row ${row} is ${value}`,
  );
}

/** The number of examples that the inputs fix. */
function fixedBatch({ inputs }: ModelDescription): number | undefined {
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
