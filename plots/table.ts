/**
 * Tables for notebooks.
 *
 * @module
 */
import { type Cell, tableBundle, withDisplay } from "../display/mod.ts";
import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";

/** Options of {@linkcode table}. */
export interface TableOptions {
  /** The line above the table; the number of rows by default. */
  title?: string;
  /** The most rows to show: an integer of at least 1; 20 by default. */
  most?: number;
}

const TABLE_OPTIONS = { title: false, most: false } satisfies OptionNames<TableOptions>;

/** Rows that show themselves in notebooks. */
export type Table<R> = readonly R[];

/**
 * Returns rows that a notebook shows as a table, with a column for each name that occurs in a row. It is an array of the
 * same rows: nothing else changes.
 *
 * @param rows texts, numbers and flags by the name of their column; a missing one leaves its cell empty
 * @throws {RangeError} when an option is unknown or out of its range.
 *
 * @example
 * ```ts
 * import { table } from "./table.ts";
 * import { bundleOf } from "../display/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const rows = table([{ rule: "adam", loss: 0.25 }, { rule: "sgd", loss: 1 }], { title: "Losses" });
 * assertEquals((await bundleOf(rows))?.["text/plain"], "Losses\nrule  loss\nadam  0.25\nsgd      1");
 * ```
 */
export function table<
  R extends Readonly<Record<string, string | number | bigint | boolean | null | undefined>>,
>(
  rows: readonly R[],
  options: TableOptions = {},
): Table<R> {
  checkOptions("table", options, TABLE_OPTIONS);
  const { title = `${rows.length} rows`, most = 20 } = options;
  checkNumber("most", most, "an integer of at least 1");
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return withDisplay([...rows], () =>
    tableBundle({
      summary: title,
      columns,
      rows: rows.map((row) => columns.map((name): Cell => row[name])),
      most,
    }));
}
