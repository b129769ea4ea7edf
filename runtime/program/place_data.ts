/**
 * Places a data set on the host or on the device while a program runs.
 *
 * @module
 */
import { type Tensor, tensor } from "../../onnx/mod.ts";
import { type Device, NAMES, openPassThrough, type SessionOptions } from "../session/mod.ts";
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

/** How a data set comes to the device. */
export type Placement =
  /** The device reads it on the host, all of it in every run. */
  | "whole"
  /** It is copied to the device once. */
  | "device"
  /** Each run is passed the rows that it uses. */
  | "rows"
  /** As `"rows"`, but as a whole where a run uses every row. */
  | "used";

/** What a placement depends on. */
export interface PlacementFacts {
  readonly device: Device;
  readonly form: ProgramForm;
  /** Whether all of the data set is in memory. */
  readonly inMemory: boolean;
  /** The bytes of the largest tensor that the device computes with; 0 if there is none. */
  readonly largest: number;
  /** The bytes that the device can bind at once. */
  readonly mostBytes: number;
}

/**
 * Returns how a data set comes to a device. A CPU reads it in place. Others are sent the inputs of a run in every run, so
 * they are sent the rows that it uses, if these are fewer; only `"webgpu"` can keep a tensor from run to run.
 */
export function placementOf({ device, form, inMemory, largest, mostBytes }: PlacementFacts): Placement {
  if (!inMemory) return "rows";
  if (device === "cpu") return "whole";
  if (device !== "webgpu" || form !== "steps") return "used";
  if (largest > mostBytes) return "rows";
  return largest === 0 ? "whole" : "device";
}

/**
 * Prepares a data set for runs, placed as {@linkcode placementOf} says.
 *
 * @param options.mostBytes how large a tensor on the device may be; 128 MiB by default, which every WebGPU device takes
 * @param options.placement how to place it instead
 */
export async function placeData(
  data: Columns,
  { form, mostBytes = MOST_BYTES, placement, ...session }: SessionOptions & {
    form: ProgramForm;
    mostBytes?: number;
    placement?: Placement;
  },
): Promise<PlacedData> {
  const { device = "cpu" } = session;
  const whole: Record<string, Tensor> = {};
  for (const [name, column] of Object.entries(data)) {
    if (!isSource(column)) whole[NAMES.data(name)] = column;
  }
  // Other types, such as int64, are gathered by CPU kernels.
  const computed = Object.entries(whole).filter(([, t]) => ["uint8", "float32"].includes(t.dtype));
  const largest = Math.max(0, ...computed.map(([, t]) => (t.data as Uint8Array).byteLength));
  const inMemory = Object.keys(whole).length === Object.keys(data).length;
  const chosen = placement ?? placementOf({ device, form, inMemory, largest, mostBytes });
  if (chosen === "rows") return new RowsOfRuns(data);
  if (chosen === "used") return new RowsOfRuns(data, whole);
  if (chosen === "whole") return wholeData(whole, () => Promise.resolve());
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

/** Passes the rows of each run as a data set of their own; the whole set, where it is given, to a run that uses all. */
class RowsOfRuns implements PlacedData {
  /** The rows that were asked for and not taken, the oldest first. */
  readonly #ahead: Reading[] = [];

  readonly #examples: number;

  constructor(readonly data: Columns, readonly whole?: Tensors) {
    this.#examples = Object.values(data)[0]?.shape[0] ?? 0;
  }

  prefetch(rows: ArrayLike<number | bigint>): void {
    const distinct = Uint32Array.from(new Set(Array.from(rows, Number)));
    if (this.#wholeFor(distinct) !== undefined) return;
    const tensors = this.#read(distinct);
    // `withData` rethrows the error to whoever needs the rows; this only silences the unhandled rejection.
    tensors.catch(() => {});
    this.#ahead.push({ rows: distinct, tensors });
    if (this.#ahead.length > AHEAD) this.#ahead.shift();
  }

  async withData(inputs: Tensors): Promise<Tensors> {
    const indices = inputs[NAMES.indices]!;
    const { rows, numbers } = renumbered(indices.data as BigInt64Array);
    const whole = this.#wholeFor(rows);
    if (whole !== undefined) return { ...whole, ...inputs };
    const at = this.#ahead.findIndex((r) => equal(r.rows, rows));
    const read = at < 0 ? this.#read(rows) : this.#ahead.splice(0, at + 1).at(-1)!.tensors;
    return { ...inputs, ...await read, [NAMES.indices]: tensor(numbers, indices.shape) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Returns the whole data set if it is in memory and these rows are all of it. */
  #wholeFor(rows: Uint32Array): Tensors | undefined {
    return rows.length < this.#examples ? undefined : this.whole;
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
