import { checkOptions, type OptionNames } from "../options/check_options.ts";
import { parseCsv } from "../deps.ts";
import { DataError } from "./data_error.ts";
import type { DataSet, DataTensor } from "./data_set.ts";

/** Options of {@linkcode parseTable}. */
export interface TableOptions {
  /** The data set's name, which errors begin with, such as a path. `"table"` by default. */
  readonly name?: string;
  /** Whether the first row names the columns. `false` by default. */
  readonly header?: boolean;
  /** The label's column: its name, or its index, from 0 or from the end when negative. The last one, -1, by default. */
  readonly label?: string | number;
  /** Whether the label is a class, or a number to be predicted. `"class"` by default. */
  readonly target?: "class" | "number";
  /** What separates fields: one character or more. `","` by default. */
  readonly delimiter?: string;
}

const TABLE_OPTIONS = {
  name: false,
  header: false,
  label: false,
  target: false,
  delimiter: false,
} satisfies OptionNames<TableOptions>;

interface Row {
  readonly fields: readonly string[];
  readonly line: number;
}

/**
 * A table of numbers with a label column, from comma-separated text: `x` float32 `[N, columns - 1]` and `y`, int64 `[N]`
 * for classes or float32 `[N]` for numbers. Fields may be quoted; blank lines are passed over.
 *
 * Classes that are all written as whole numbers from 0 up to 65535 keep their number. Otherwise they are numbered in order
 * of first appearance, and `classNames` has their names.
 *
 * @throws {DataError} for a row with more or fewer fields than the first, a field that is not a finite number, an empty
 * label, a table without rows, or quotes that do not match; line and column are named.
 * @throws {RangeError} for a label column that is not there.
 *
 * @example
 * ```ts
 * import { parseTable } from "./table.ts";
 * import { assertEquals } from "@std/assert";
 * const set = parseTable("length,species\n1.5,rose\n2.5,lily\n3,rose\n", { header: true });
 * assertEquals(set.inputs.x.data, new Float32Array([1.5, 2.5, 3]));
 * assertEquals(set.inputs.y.data, new BigInt64Array([0n, 1n, 0n]));
 * assertEquals(set.classNames, ["rose", "lily"]);
 * ```
 */
export function parseTable(text: string, options: TableOptions = {}): DataSet {
  checkOptions("parseTable", options, TABLE_OPTIONS);
  const { name = "table", header = false, label = -1, target = "class", delimiter = "," } = options;
  const rows = readRows(text, { name, delimiter });
  const names = header ? rows.shift()?.fields : undefined;
  const width = names?.length ?? rows[0]?.fields.length ?? 0;
  if (rows.length === 0) throw new DataError(`${name}: expected at least one row of data, got none`);
  const column = labelColumn(label, { names, width });
  const x = new Float32Array(rows.length * (width - 1));
  rows.forEach(({ fields, line }, i) => {
    fields.filter((_, j) => j !== column).forEach((field, k) => {
      const at = k < column ? k : k + 1;
      x[i * (width - 1) + k] = numberOf(field, `${name}, line ${line}, column ${names?.[at] ?? at + 1}`);
    });
  });
  const labels = rows.map(({ fields, line }) => {
    const field = fields[column] ?? "";
    if (field === "") {
      throw new DataError(`${name}, line ${line}: expected a label in column ${column + 1}, got none`);
    }
    return { field, where: `${name}, line ${line}, column ${names?.[column] ?? column + 1}` };
  });
  const targets = target === "number"
    ? { y: float32(labels.map(({ field, where }) => numberOf(field, where))) }
    : classesOf(labels.map(({ field }) => field));
  const { y, ...classes } = targets;
  return {
    name,
    inputs: { x: { dtype: "float32", shape: [rows.length, width - 1], data: x }, y },
    ...classes,
    ...(names && { featureNames: names.filter((_, j) => j !== column) }),
  };
}

function readRows(text: string, { name, delimiter }: { name: string; delimiter: string }): Row[] {
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parseCsv(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as typeof records;
  } catch (error) {
    throw new DataError(`${name}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const wanted = records[0]?.record.length ?? 0;
  return records.map(({ record, info }) => {
    if (record.length !== wanted) {
      throw new DataError(
        `${name}, line ${info.lines}: expected ${wanted} fields as in the first row, got ${record.length}`,
      );
    }
    return { fields: record, line: info.lines };
  });
}

function labelColumn(
  label: string | number,
  { names, width }: { names: readonly string[] | undefined; width: number },
): number {
  if (typeof label === "string") {
    const column = names?.indexOf(label) ?? -1;
    if (column >= 0) return column;
    const known = names === undefined ? "an index, as there is no header" : `one of ${names.join(", ")}`;
    throw new RangeError(`label must be ${known}, got ${JSON.stringify(label)}`);
  }
  if (!Number.isInteger(label) || label < -width || label >= width) {
    throw new RangeError(`label must be an integer in [${-width}, ${width - 1}], got ${label}`);
  }
  return label < 0 ? label + width : label;
}

function numberOf(field: string, where: string): number {
  const value = Number(field);
  if (field === "" || !Number.isFinite(value)) {
    throw new DataError(`${where}: expected a finite number, got ${JSON.stringify(field)}`);
  }
  return value;
}

function float32(values: readonly number[]): DataTensor {
  return { dtype: "float32", shape: [values.length], data: Float32Array.from(values) };
}

function classesOf(
  labels: readonly string[],
): { y: DataTensor; classes: number; classNames?: readonly string[] } {
  const distinct = [...new Set(labels)];
  const int64 = (values: readonly number[]): DataTensor => ({
    dtype: "int64",
    shape: [values.length],
    data: BigInt64Array.from(values, BigInt),
  });
  if (distinct.every((label) => /^(0|[1-9]\d{0,4})$/.test(label) && Number(label) < 65536)) {
    return {
      y: int64(labels.map(Number)),
      classes: distinct.reduce((most, v) => Math.max(most, Number(v)), 0) + 1,
    };
  }
  const numbers = new Map(distinct.map((label, i) => [label, i]));
  return {
    y: int64(labels.map((label) => numbers.get(label) as number)),
    classes: distinct.length,
    classNames: distinct,
  };
}
