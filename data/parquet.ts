/**
 * Reads tables from Parquet files.
 *
 * @module
 */
import { importParquet } from "../deps.ts";
import { zlib } from "../host/mod.ts";
import { decodeText } from "../files/mod.ts";
import { messageOf } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import type { DataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";
import { classOfCell, kindOf, type ParquetColumn, writeNumbers } from "./parquet_columns.ts";
import type { TableOptions } from "./table.ts";
import { classesOf, labelColumn } from "./table_labels.ts";

/** The first and the last four bytes of a Parquet file. */
const MAGIC = "PAR1";

/** Returns whether bytes begin as a Parquet file does. */
export function isParquet(bytes: Uint8Array): boolean {
  return [...MAGIC].every((c, i) => bytes[i] === c.charCodeAt(0));
}

/** The options that apply to Parquet files. */
type ParquetOptions = Pick<TableOptions, "label" | "target"> & { readonly name: string };

/**
 * Parses a Parquet file into what `parseTable` returns for the same table as text: numbers and booleans (as 0 and 1),
 * and a label column of classes or numbers.
 *
 * @throws {DataError} for a damaged file, columns that are not numbers, missing values, numbers that are not finite or
 * beyond float32, and integers beyond 2^53; the column and the row are named.
 * @throws {RangeError} for a label column that does not exist.
 */
export async function parseParquet(
  bytes: Uint8Array<ArrayBuffer>,
  { name, label = -1, target = "class" }: ParquetOptions,
): Promise<DataSet> {
  const { columns, rows, index } = await readColumns(bytes, name);
  const names = columns.map((c) => c.name);
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  if (twice !== undefined) throw new DataError(`${name}: two columns are named ${JSON.stringify(twice)}`);
  if (rows === 0) throw new DataError(`${name}: expected at least one row of data, got none`);
  if (columns.length < 2) {
    throw new DataError(`${name}: expected a feature and a label, got ${names.join(", ") || "no columns"}`);
  }
  if (index !== undefined) {
    throw new DataError(
      `${name}: column ${JSON.stringify(index)} is an index of pandas: write the file with index=False`,
    );
  }
  const at = labelColumn(label, { names, width: columns.length });
  const features = columns.filter((_, j) => j !== at);
  const x = new Float32Array(rows * features.length);
  features.forEach((column, k) => writeNumbers(column, { into: x, first: k, step: features.length, name }));
  const { y, ...classes } = targetsOf(columns[at]!, { rows, target, name });
  return displayedSet({
    name,
    inputs: { x: { dtype: "float32", shape: [rows, features.length], data: x }, y },
    ...classes,
    featureNames: features.map((c) => c.name),
  });
}

function targetsOf(
  column: ParquetColumn,
  { rows, target, name }: { rows: number; target: "class" | "number"; name: string },
) {
  if (target === "number") {
    const y = new Float32Array(rows);
    writeNumbers(column, { into: y, first: 0, step: 1, name });
    return { y: { dtype: "float32" as const, shape: [rows], data: y } };
  }
  return classesOf(
    column.cells.map((cell, row) => {
      const where = () => `${name}, row ${row}, column ${JSON.stringify(column.name)}`;
      return { field: classOfCell(cell, where), where };
    }),
  );
}

/** The content of a file. */
interface Content {
  readonly columns: readonly ParquetColumn[];
  readonly rows: number;
  /** The name of the column that pandas wrote its index into. */
  readonly index: string | undefined;
}

/** Reads all columns. @throws {DataError} for a damaged file, and a column that holds no numbers, booleans or texts. */
async function readColumns(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Content> {
  const { parquetMetadata, parquetRead, parquetSchema } = await importParquet();
  try {
    const metadata = parquetMetadata(bytes, { geoparquet: false });
    const columns = parquetSchema(metadata).children.map(({ element, children }) => ({
      name: element.name,
      kind: kindOf(element, children.length > 0, name),
      cells: [] as unknown[],
    }));
    const rows = Number(metadata.num_rows);
    const byName = new Map(columns.map((c) => [c.name, c]));
    // The reader would throw while other columns are being read, and nobody would await their failures.
    const paths = metadata.row_groups.flatMap((g) =>
      g.columns.map((c) => c.meta_data?.path_in_schema.join(".") ?? "")
    );
    const strange = paths.find((path) => !byName.has(path));
    if (strange !== undefined) throw new Error(`no column is named ${JSON.stringify(strange)}`);
    await parquetRead({
      file: {
        byteLength: bytes.length,
        slice: (start, end) => new Uint8Array(bytes.subarray(start, end)).buffer,
      },
      metadata,
      geoparquet: false,
      parsers: { stringFromBytes: (text) => text && textOf(text, name) },
      compressors: {
        GZIP: (page) => zlib().gunzipSync(page),
        ZSTD: (page) => zlib().zstdDecompressSync(page),
        BROTLI: (page) => zlib().brotliDecompressSync(page),
      },
      onChunk: ({ columnName, columnData }) => {
        const { cells } = byName.get(columnName)!;
        for (let i = 0; i < columnData.length; i++) cells.push(columnData[i]);
      },
    });
    const short = columns.find((c) => c.cells.length !== rows);
    if (short !== undefined) {
      throw new Error(`column ${JSON.stringify(short.name)} has ${short.cells.length} of ${rows} values`);
    }
    return { columns, rows, index: indexOf(metadata.key_value_metadata ?? []) };
  } catch (error) {
    if (error instanceof DataError) throw error;
    const why = messageOf(error).replace(/^parquet /, "");
    const codec = /^unsupported compression codec: (.*)$/.exec(why)?.[1];
    throw new DataError(
      codec === undefined
        ? `${name}: not a Parquet file, or a damaged one: ${why}`
        : `${name}: compressed by ${codec}, which cannot be read: write it with snappy, gzip, zstd or brotli`,
      { cause: error },
    );
  }
}

/** Decodes a text. @throws {DataError} unless it is UTF-8: replaced bytes could make two classes equal. */
function textOf(bytes: Uint8Array, name: string): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new DataError(`${name}: its texts must be UTF-8`, { cause: error });
  }
}

/** Returns the column that holds an index of pandas, by pandas' own notes in the file. */
function indexOf(notes: readonly { readonly key: string; readonly value?: string }[]): string | undefined {
  const note = notes.find((n) => n.key === "pandas")?.value;
  if (note === undefined) return undefined;
  const { index_columns: indexes = [] } = JSON.parse(note) as { index_columns?: readonly unknown[] };
  return indexes.find((i) => typeof i === "string");
}
