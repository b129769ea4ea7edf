/**
 * Places a data set on the host or on the device while a program runs.
 *
 * @module
 */
import { type Tensor, tensor } from "../../onnx/mod.ts";
import { NAMES, openPassThrough, type SessionOptions } from "../session/mod.ts";
import { type DataColumn, isSource, takeRows } from "./row_source.ts";
import type { ProgramForm } from "./training_types.ts";

type Tensors = Readonly<Record<string, Tensor>>;
type Columns = Readonly<Record<string, DataColumn>>;

/** A data set, ready for runs. */
export interface PlacedData {
  /** Begins to read rows that a later run will ask for, where they have to be read. */
  prefetch(rows: ArrayLike<number | bigint>): void;
  /** Returns the inputs of a run or a step, row numbers included, with the data that they refer to. */
  withData(inputs: Tensors): Promise<Tensors>;
  /** Frees what is on the device. */
  close(): Promise<void>;
}

/** The bytes that every WebGPU device can bind at once; only some can bind more. */
const MOST_BYTES = 128 * 2 ** 20;

/**
 * Leaves a data set on the host if the device reads it there; for single steps on `webgpu`, copies it to the device once.
 * If it is too large for the device, the host passes the rows of each batch; if it is not in memory, those of each run.
 *
 * @param options.mostBytes how large a tensor on the device may be; 128 MiB by default, which every WebGPU device takes
 */
export async function placeData(
  data: Columns,
  { form, mostBytes = MOST_BYTES, ...session }: SessionOptions & { form: ProgramForm; mostBytes?: number },
): Promise<PlacedData> {
  const whole: Record<string, Tensor> = {};
  for (const [name, column] of Object.entries(data)) {
    if (isSource(column)) return new RowsOfRuns(data);
    whole[NAMES.data(name)] = column;
  }
  const stay = wholeData(whole, () => Promise.resolve());
  if (session.device !== "webgpu" || form !== "steps") return stay;
  // Other types, such as int64, are gathered by CPU kernels.
  const computed = Object.entries(whole).filter(([, t]) => ["uint8", "float32"].includes(t.dtype));
  if (computed.some(([, { data }]) => (data as Uint8Array).byteLength > mostBytes)) {
    return new RowsOfRuns(data);
  }
  if (computed.length === 0) return stay;
  const specs = Object.fromEntries(computed);
  const uploaded = await openPassThrough(specs, { ...session, to: "device" });
  return wholeData({ ...whole, ...await uploaded.run(specs) }, uploaded.close);
}

function wholeData(whole: Tensors, close: () => Promise<void>): PlacedData {
  return {
    prefetch() {},
    withData: (inputs) => Promise.resolve({ ...whole, ...inputs }),
    close,
  };
}

/** Rows that are read, or being read. */
interface Reading {
  readonly rows: Uint32Array;
  readonly tensors: Promise<Tensors>;
}

/** How many runs to keep rows for: the rows of the next run are asked for before a run takes its own. */
const AHEAD = 2;

/** Passes the rows of each run as a data set of their own. */
class RowsOfRuns implements PlacedData {
  /** The rows that were asked for and not taken, the oldest first. */
  readonly #ahead: Reading[] = [];

  constructor(readonly data: Columns) {}

  prefetch(rows: ArrayLike<number | bigint>): void {
    const distinct = Uint32Array.from(new Set(Array.from(rows, Number)));
    const tensors = this.#read(distinct);
    // `withData` rethrows the error to whoever needs the rows; this only silences the unhandled rejection.
    tensors.catch(() => {});
    this.#ahead.push({ rows: distinct, tensors });
    if (this.#ahead.length > AHEAD) this.#ahead.shift();
  }

  async withData(inputs: Tensors): Promise<Tensors> {
    const indices = inputs[NAMES.indices]!;
    const { rows, numbers } = renumbered(indices.data as BigInt64Array);
    const at = this.#ahead.findIndex((r) => equal(r.rows, rows));
    const read = at < 0 ? this.#read(rows) : this.#ahead.splice(0, at + 1).at(-1)!.tensors;
    return { ...inputs, ...await read, [NAMES.indices]: tensor(numbers, indices.shape) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #read(rows: Uint32Array): Promise<Tensors> {
    const entries = Object.entries(this.data).map(async ([name, column]) =>
      [NAMES.data(name), await takeRows(column, rows)] as const
    );
    return Object.fromEntries(await Promise.all(entries));
  }
}

/** Returns the distinct rows in the order in which they first occur, and for each occurrence its place among them. */
function renumbered(named: BigInt64Array): { rows: Uint32Array; numbers: BigInt64Array<ArrayBuffer> } {
  const places = new Map<number, bigint>();
  const numbers = new BigInt64Array(named.length);
  for (let i = 0; i < named.length; i++) {
    const row = Number(named[i]!);
    let place = places.get(row);
    if (place === undefined) places.set(row, place = BigInt(places.size));
    numbers[i] = place;
  }
  return { rows: Uint32Array.from(places.keys()), numbers };
}

function equal(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((v, i) => v === b[i]);
}
