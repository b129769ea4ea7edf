import { checkOptions, messageOf, type OptionNames } from "../options/mod.ts";
import { parseCsv } from "../deps.ts";
import { DataError } from "./data_error.ts";
import type { DataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";
import { decimal, hasDecimalComma } from "./decimal.ts";
import { delimiterOf, firstRowOf } from "./table_form.ts";
import { classesOf, float32, type Label, labelColumn } from "./table_labels.ts";

/** Options of {@linkcode parseTable}. */
export interface TableOptions {
  /** The data set's name, which errors begin with, such as a path. `"table"` by default. */
  readonly name?: string;
  /**
   * Whether the first row names the columns. `"detect"` decides by its content: numbers, even quoted, missing or
   * mistyped ones, make it an example. `false` by default.
   */
  readonly header?: boolean | "detect";
  /** The label's column: its name, or its index, from 0 or from the end when negative. The last one, -1, by default. */
  readonly label?: string | number;
  /** The kind of label: a class, or a number to predict. `"class"` by default. */
  readonly target?: "class" | "number";
  /** The delimiter between fields: one character or more. `"detect"` finds a comma, semicolon, tab or bar. `","` by default. */
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
 * Parses a table of numbers with a label column: `x` float32 `[N, columns - 1]` and `y`, int64 `[N]` for classes or
 * float32 `[N]` for numbers. Fields may be quoted; blank lines are skipped.
 *
 * Classes that are all written as whole numbers from 0 up to 65535 keep their number. Otherwise they are numbered in order
 * of first appearance, and `classNames` has their names.
 *
 * @throws {DataError} for a row with more or fewer fields than the first, a field that is not a finite number or
 * beyond float32, a label that is empty or marks a missing one (`?`, `NaN`, `NA`, `null`), one number written in two
 * ways as two classes, a table without rows or of one column, a first column without a name that numbers the rows, a
 * first row that `header: "detect"` can take for names as well as for an example, or quotes that do not match; line
 * and column are named.
 * @throws {RangeError} for a label column that does not exist, or whose name occurs twice.
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
  const { name = "table", label = -1, target = "class" } = options;
  const delimiter = options.delimiter === "detect"
    ? delimiterOf(text, {
      split: (d) => sampleOf(text, d),
      label: typeof label === "number" ? label : -1,
    })
    : options.delimiter ?? ",";
  const rows = readRows(text, { name, delimiter });
  requireWidth(rows, { name, delimiter });
  const names = namesOf(rows, options) ? rows.shift()?.fields : undefined;
  const width = names?.length ?? rows[0]?.fields.length ?? 0;
  if (rows.length === 0) throw new DataError(`${name}: expected at least one row of data, got none`);
  requireNoIndex(rows, { name, names });
  const column = labelColumn(label, { names, width });
  const place = (line: number, at: number) =>
    `${name}, line ${line}, column ${names?.[at] === undefined ? at + 1 : printed(names[at])}`;
  const x = new Float32Array(rows.length * (width - 1));
  rows.forEach(({ fields, line }, i) => {
    fields.filter((_, j) => j !== column).forEach((field, k) => {
      const at = k < column ? k : k + 1;
      x[i * (width - 1) + k] = numberOf(field, () => place(line, at));
    });
  });
  const labels = rows.map(({ fields, line }): Label => {
    const field = fields[column] ?? "";
    if (field === "") {
      throw new DataError(`${name}, line ${line}: expected a label in column ${column + 1}, got none`);
    }
    return { field, where: () => place(line, column) };
  });
  const targets = target === "number"
    ? { y: float32(labels.map(({ field, where }) => numberOf(field, where))) }
    : classesOf(labels);
  const { y, ...classes } = targets;
  return displayedSet({
    name,
    inputs: { x: { dtype: "float32", shape: [rows.length, width - 1], data: x }, y },
    ...classes,
    ...(names && { featureNames: names.filter((_, j) => j !== column) }),
  });
}

/** The number of rows by which to detect the delimiter. */
const SAMPLE = 50;

/** Returns whether the first row names the columns. @throws {DataError} if it is to be detected, and cannot. */
function namesOf(
  rows: readonly Row[],
  { name = "table", header = false, label = -1 }: TableOptions,
): boolean {
  if (header !== "detect") return header;
  if (rows.length === 0) return false;
  // A label column given by name needs a first row of names.
  if (typeof label === "string") return true;
  const fields = rows.map((r) => r.fields);
  const what = firstRowOf(fields, label < 0 ? label + fields[0]!.length : label);
  if (what !== "either") return what === "names";
  throw new DataError(
    `${name}, line ${rows[0]!.line}: ${
      printed(fields[0]!.join(", "))
    } may name the columns or be an example: ` +
      "name the columns by words, or remove the line",
  );
}

/** Checks that there is a feature besides the label. */
function requireWidth(rows: readonly Row[], { name, delimiter }: { name: string; delimiter: string }): void {
  const [first] = rows;
  if (first?.fields.length !== 1) return;
  throw new DataError(
    `${name}, line ${first.line}: expected a feature and a label, with ${
      JSON.stringify(delimiter)
    } between ` +
      `them, got ${printed(first.fields[0]!)}`,
  );
}

/**
 * Refuses row numbers, which pandas writes into an unnamed first column: if rows are sorted by class, they give the
 * class away.
 */
function requireNoIndex(
  rows: readonly Row[],
  { name, names }: { name: string; names: readonly string[] | undefined },
): void {
  if (names?.[0] !== "") return;
  const start = Number(rows[0]!.fields[0]);
  if (rows.length < 2 || !rows.every(({ fields }, i) => fields[0] === String(start + i))) return;
  throw new DataError(
    `${name}: column 1 has no name and numbers the rows, as an index does: remove it (in pandas: index=False), or name it`,
  );
}

/** Returns a text of the table in a form for a message of one line. */
function printed(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  // deno-lint-ignore no-control-regex -- they are what is looked for
  return /[\u0000-\u001f"]/.test(short) ? JSON.stringify(short) : short;
}

/** Returns the fields of the first rows; none if this delimiter leaves quotes inside a field. */
function sampleOf(text: string, delimiter: string): (readonly string[])[] {
  try {
    return readRows(text, { name: "", delimiter, to: SAMPLE }).map((r) => r.fields);
  } catch {
    return [];
  }
}

/** The rows to read. */
interface ReadRows {
  readonly name: string;
  readonly delimiter: string;
  /** The most rows to read. */
  readonly to?: number;
}

function readRows(text: string, { name, delimiter, to }: ReadRows): Row[] {
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parseCsv(text, {
      bom: true,
      delimiter,
      info: true,
      // Editors write one kind of line break per file. The first line shows which; the others would end up in fields.
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      ...(to === undefined ? {} : { to }),
    }) as typeof records;
  } catch (error) {
    throw new DataError(`${name}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const wanted = records[0]?.record.length ?? 0;
  return records.map(({ record, info }) => {
    if (to === undefined && record.length !== wanted) {
      const comment = [records[0]!.record, record].some((r) => r.length < 3 && r[0]?.startsWith("#"));
      if (comment) {
        throw new DataError(
          `${name}, line ${info.lines}: comments are not supported: remove the lines that begin with "#"`,
        );
      }
      throw new DataError(
        `${name}, line ${info.lines}: expected ${wanted} fields as in the first row, got ${record.length}`,
      );
    }
    return { fields: record, line: info.lines };
  });
}

function numberOf(field: string, where: () => string): number {
  const value = decimal(field);
  if (typeof value === "number") return value;
  const remedy = hasDecimalComma(field) ? ": use a decimal point, and no separator of thousands" : "";
  throw new DataError(`${where()}: expected ${value}, got ${JSON.stringify(field)}${remedy}`);
}
