/**
 * The columns of Parquet files: which can be features or labels, and their numbers.
 *
 * @module
 */
import { DataError } from "./data_error.ts";

/** The values of a column. */
export type ColumnKind = "number" | "text" | "boolean";

/** A column. */
export interface ParquetColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** A number, bigint, text or boolean a row; `null` or `undefined` where the value is missing. */
  readonly cells: readonly unknown[];
}

/** The type of a column in its file. */
interface Declared {
  readonly name: string;
  readonly type?: string;
  readonly converted_type?: string;
  readonly logical_type?: { readonly type: string };
  readonly repetition_type?: string;
}

/** The types of numbers and texts, by the logical type and, in older files, the converted one. */
const KINDS: Readonly<Record<string, ColumnKind>> = {
  INTEGER: "number",
  DECIMAL: "number",
  FLOAT16: "number",
  STRING: "text",
  ENUM: "text",
  UTF8: "text",
  ...Object.fromEntries(
    [8, 16, 32, 64].flatMap((bits) => [[`INT_${bits}`, "number"], [`UINT_${bits}`, "number"]]),
  ),
};

/** The types without a further note. */
const PLAIN: Readonly<Record<string, ColumnKind>> = {
  BOOLEAN: "boolean",
  INT32: "number",
  INT64: "number",
  FLOAT: "number",
  DOUBLE: "number",
};

/** Returns what a column holds. @throws {DataError} unless it holds numbers, booleans or texts. */
export function kindOf(element: Declared, nested: boolean, file: string): ColumnKind {
  const { name, type = "", converted_type: converted, logical_type: logical, repetition_type } = element;
  const noted = logical?.type ?? converted;
  const kind = noted === undefined ? PLAIN[type] : KINDS[noted];
  if (kind !== undefined && !nested && repetition_type !== "REPEATED") return kind;
  const what = nested || repetition_type === "REPEATED" ? "lists or records" : noted ?? type;
  throw new DataError(
    `${file}: column ${
      JSON.stringify(name)
    } must hold numbers, booleans or, for classes, texts, holds ${what}`,
  );
}

/** The largest integer up to which all integers are numbers. */
const EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** Where to write a column's numbers. */
interface Place {
  readonly into: Float32Array;
  /** The index of the first number. */
  readonly first: number;
  /** The distance from one number to the next. */
  readonly step: number;
  /** The file, for errors. */
  readonly name: string;
}

/** Writes a column's numbers as float32. @throws {DataError} naming the row of a cell that holds none. */
export function writeNumbers(
  { name: column, kind, cells }: ParquetColumn,
  { into, first, step, name }: Place,
) {
  if (kind === "text") {
    throw new DataError(`${name}: column ${JSON.stringify(column)} must hold numbers, holds texts`);
  }
  for (let row = 0; row < cells.length; row++) {
    const value = numberOf(cells[row]);
    if (typeof value === "string") {
      throw new DataError(`${name}, row ${row}, column ${JSON.stringify(column)}: expected ${value}`);
    }
    into[first + row * step] = value;
  }
}

/** Returns a cell as a number, or what it should be and is. */
function numberOf(cell: unknown): number | string {
  if (cell === null || cell === undefined) return "a number, got a missing value (null)";
  if (typeof cell === "bigint" && (cell > EXACT || cell < -EXACT)) {
    return `an integer of at most 2^53 in size, got ${cell}`;
  }
  const value = Number(cell);
  if (!Number.isFinite(value)) return `a finite number, got ${value}`;
  if (!Number.isFinite(Math.fround(value))) {
    return `a number within float32 (up to 3.4e38 in size), got ${value}`;
  }
  return value;
}

/** Returns the name of the class in a cell. @throws {DataError} for a missing one, and a number that is not whole. */
export function classOfCell(cell: unknown, where: () => string): string {
  if (cell === null || cell === undefined) {
    throw new DataError(`${where()}: expected a label, got a missing value (null)`);
  }
  if (cell === "") throw new DataError(`${where()}: expected a label, got an empty text`);
  if (typeof cell === "boolean") return String(Number(cell));
  if (typeof cell === "number" && !Number.isSafeInteger(cell)) {
    throw new DataError(`${where()}: expected a class as a whole number or a text, got ${cell}`);
  }
  if (typeof cell === "bigint" && (cell > EXACT || cell < -EXACT)) {
    throw new DataError(`${where()}: expected a class of at most 2^53 in size, got ${cell}`);
  }
  return String(cell);
}
