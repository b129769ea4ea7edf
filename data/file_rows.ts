import { host, type Thread } from "../host/mod.ts";
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import type { NpyData, NpyDType } from "./npy_types.ts";
import { NPY_TYPES } from "./npy_header.ts";
import { requireData } from "./read_data.ts";
import type { RowsAnswered, RowsAsked } from "./row_worker.ts";

/** The layout of a file of rows. */
export interface FileRowsOptions {
  /** The type of the elements, which are little-endian. */
  readonly dtype: NpyDType;
  /** The shape of all rows together, `[rows, …]`. */
  readonly shape: readonly number[];
  /** Bytes before the first row; 0 by default. */
  readonly offset?: number;
  /** Bytes from the start of a row to the start of the next; by default the size of a row. */
  readonly stride?: number;
}

const FILE_ROWS_OPTIONS = { dtype: true, shape: true, offset: false, stride: false } satisfies OptionNames<
  FileRowsOptions
>;

/**
 * Rows of a file, read as they are needed: what programs and `fit` take where a tensor of the data set would not fit into
 * memory; `{ ...rows, scale: 1 / 255 }` scales them.
 */
export interface FileRows extends AsyncDisposable {
  /** The element type. */
  readonly dtype: NpyDType;
  /** The dimensions, rows first. */
  readonly shape: readonly number[];
  /** The elements of rows, in the order in which they are named. @throws {DataError} when they cannot be read. */
  read(rows: Uint32Array): Promise<NpyData>;
  /** Ends the reading thread, which otherwise keeps the process alive. */
  close(): Promise<void>;
}

/**
 * Opens a file of rows of equal length. A separate thread reads them, so that a program can train meanwhile.
 *
 * @throws {RangeError} when an option is out of its range
 * @throws {DataError} when the file is shorter than all rows, or a pipe, a device or a folder.
 *
 * @example
 * ```ts
 * import { openFileRows } from "./file_rows.ts";
 * import { assertEquals } from "@std/assert";
 * const path = await Deno.makeTempFile();
 * await Deno.writeFile(path, Uint8Array.of(9, 1, 2, 3, 4, 5, 6));
 * await using rows = await openFileRows(path, { dtype: "uint8", shape: [3, 2], offset: 1 });
 * assertEquals(await rows.read(Uint32Array.of(2, 0)), Uint8Array.of(5, 6, 1, 2));
 * await Deno.remove(path);
 * ```
 */
export async function openFileRows(path: string, options: FileRowsOptions): Promise<FileRows> {
  checkOptions("openFileRows", options, FILE_ROWS_OPTIONS);
  const { dtype, shape, offset = 0 } = options;
  const types = new Map(Object.values(NPY_TYPES));
  const array = types.get(dtype);
  if (array === undefined) {
    throw new RangeError(`dtype must be one of ${[...types.keys()].join(", ")}, got ${dtype}`);
  }
  if (shape.length === 0 || shape.some((d) => !(Number.isSafeInteger(d) && d >= 1))) {
    throw new RangeError(`shape must be [rows, …], each at least 1, got [${shape}]`);
  }
  const [count, ...row] = shape as [number, ...number[]];
  const length = row.reduce((a, b) => a * b, 1) * array.BYTES_PER_ELEMENT;
  const stride = options.stride ?? length;
  if (!(Number.isSafeInteger(offset) && offset >= 0)) {
    throw new RangeError(`offset must be an integer of at least 0, got ${offset}`);
  }
  if (!(Number.isSafeInteger(stride) && stride >= length)) {
    throw new RangeError(`stride must be at least ${length}, the bytes of a row, got ${stride}`);
  }
  await requireData(path);
  const { size } = await host.files.stat(path);
  const wanted = offset + (count - 1) * stride + length;
  if (size < wanted) {
    throw new DataError(
      `${path}: [${shape}] ${dtype} from offset ${offset} take ${wanted} bytes, it has ${size}`,
    );
  }
  const reader = new Reader(path);
  return {
    dtype,
    shape,
    async read(rows) {
      for (const r of rows) {
        if (r >= count) throw new RangeError(`${path}: rows must be in 0..${count - 1}, got ${r}`);
      }
      return new array(await reader.read({ path, offset, stride, length, rows }));
    },
    close: () => reader.close(),
    [Symbol.asyncDispose]: () => reader.close(),
  };
}

/** The thread that reads, started with the first rows. */
class Reader {
  #thread: Thread | undefined;
  #asked = 0;
  #closed = false;
  readonly #waiting = new Map<number, PromiseWithResolvers<ArrayBuffer>>();

  constructor(readonly path: string) {}

  read(rows: Omit<RowsAsked, "id">): Promise<ArrayBuffer> {
    if (this.#closed) throw new DataError(`${this.path}: closed before its rows were read`);
    this.#thread ??= this.#start();
    const id = this.#asked++;
    const waiting = Promise.withResolvers<ArrayBuffer>();
    this.#waiting.set(id, waiting);
    this.#thread.post({ ...rows, id } satisfies RowsAsked);
    return waiting.promise;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#thread?.end();
    this.#fail("closed before its rows were read");
    return Promise.resolve();
  }

  #start(): Thread {
    return host.startThread(new URL("./row_worker.ts", import.meta.url), {
      message: (message) => {
        const answer = message as RowsAnswered;
        const waiting = this.#waiting.get(answer.id);
        this.#waiting.delete(answer.id);
        if ("bytes" in answer) waiting?.resolve(answer.bytes);
        else waiting?.reject(new DataError(`${this.path}: ${answer.error}`));
      },
      error: (message) => this.#fail(message),
    });
  }

  #fail(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(new DataError(`${this.path}: ${why}`));
    this.#waiting.clear();
  }
}
