import { decodeText } from "../files/mod.ts";
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import type { DataSet } from "./data_set.ts";
import { plainBytes } from "./plain_bytes.ts";
import { type LibsvmOptions, parseLibsvm } from "./libsvm.ts";
import { isParquet, parseParquet } from "./parquet.ts";
import { readData } from "./read_data.ts";
import { parseTable, type TableOptions } from "./table.ts";

/** Options of {@linkcode readTable}: those of `parseTable` but `name`, which is the path. */
export type ReadTableOptions = Omit<TableOptions, "name">;

/** Options of {@linkcode readLibsvm}: those of `parseLibsvm` but `name`, which is the path. */
export type ReadLibsvmOptions = Omit<LibsvmOptions, "name">;

const TABLE_OPTIONS = {
  header: false,
  label: false,
  target: false,
  delimiter: false,
} satisfies OptionNames<ReadTableOptions>;

const LIBSVM_OPTIONS = { features: false, labels: false } satisfies OptionNames<ReadLibsvmOptions>;

/** The most bytes of a text: the longest string that V8 has, 2^29 - 24. */
const MOST = 2 ** 29 - 24;

/**
 * Reads a table of numbers with a label column from a file: text, plain or compressed by gzip, as `parseTable` reads it,
 * or a Parquet file. Of text it detects by default the delimiter, and whether the first row names the columns. It needs
 * permission to read the file.
 *
 * Columns of a Parquet file hold integers, floats, decimals or booleans (0 and 1), and the label column texts, too.
 * Snappy, gzip, zstd and brotli are decompressed. Dates, nested columns and missing values are refused by name.
 *
 * @throws {DataError} naming the file, if it is missing, a folder, a pipe or a device, damaged, not UTF-8 or text longer
 * than 512 MiB, and as `parseTable` does.
 * @throws {RangeError} for a label column that does not exist, an unknown option, or one of text for a Parquet file.
 *
 * @example
 * ```ts
 * import { readTable } from "./read_table.ts";
 * import { assertEquals } from "@std/assert";
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "length;kind\n1.5;rose\n2.5;lily\n");
 * const set = await readTable(path);
 * await Deno.remove(path);
 * assertEquals(set.featureNames, ["length"]);
 * assertEquals(set.inputs.x.data, Float32Array.of(1.5, 2.5));
 * ```
 */
export async function readTable(path: string, options: ReadTableOptions = {}): Promise<DataSet> {
  checkOptions("readTable", options, TABLE_OPTIONS);
  const bytes = await bytesOf(path);
  if (isParquet(bytes) || /\.parquet$/i.test(path)) {
    const { header, delimiter, ...own } = options;
    if (header !== undefined || delimiter !== undefined) {
      throw new RangeError(`header and delimiter belong to text tables, ${path} is a Parquet file`);
    }
    return await parseParquet(bytes, { ...own, name: path });
  }
  const text = await textOf(bytes, path);
  return parseTable(text, { header: "detect", delimiter: "detect", ...options, name: path });
}

/**
 * Reads LIBSVM's sparse text from a file, plain or compressed by gzip, as `parseLibsvm` does. It needs permission to
 * read the file.
 *
 * @throws {DataError} naming the file, if it is missing, a folder, a pipe or a device, damaged, not UTF-8 or longer
 * than 512 MiB, and as `parseLibsvm` does.
 * @throws {RangeError} for `features` out of range, or an unknown option.
 *
 * @example
 * ```ts
 * import { readLibsvm } from "./read_table.ts";
 * import { assertEquals } from "@std/assert";
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "+1 2:0.5 # the first\n-1 1:2\n");
 * const set = await readLibsvm(path);
 * await Deno.remove(path);
 * assertEquals(set.inputs.x.data, Float32Array.of(0, 0.5, 2, 0));
 * ```
 */
export async function readLibsvm(path: string, options: ReadLibsvmOptions = {}): Promise<DataSet> {
  checkOptions("readLibsvm", options, LIBSVM_OPTIONS);
  return parseLibsvm(await textOf(await bytesOf(path), path), { ...options, name: path });
}

async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readData(path);
  if (bytes === undefined) throw new DataError(`${path}: no such file`);
  return bytes;
}

async function textOf(bytes: Uint8Array<ArrayBuffer>, path: string): Promise<string> {
  const plain = await plainBytes(bytes, { name: path, maxBytes: MOST });
  if (plain.length > MOST) {
    throw new DataError(
      `${path}: ${plain.length} bytes of text, at most ${MOST} can be read: save NumPy arrays (.npy) instead`,
    );
  }
  try {
    return decodeText(plain);
  } catch (error) {
    throw new DataError(`${path}: must be text in UTF-8`, { cause: error });
  }
}
