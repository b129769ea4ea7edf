/**
 * The part of `@std/csv` that the project uses, over csv-parse and csv-stringify.
 *
 * @module
 */
import { parse as csvParse } from "csv-parse/sync";
import { stringify as csvStringify } from "csv-stringify/sync";

/** Options of {@linkcode stringify}. */
export interface StringifyOptions {
  /** The properties to write, in order. */
  columns: readonly string[];
  /** Whether to write a first line of names; `true` by default. */
  headers?: boolean;
}

/** Rows as CSV, lines ended by CR LF as RFC 4180 has it. Values that are absent are empty. */
export function stringify(
  data: readonly Readonly<Record<string, unknown>>[],
  options: StringifyOptions,
): string {
  return csvStringify([...data], {
    columns: [...options.columns],
    header: options.headers ?? true,
    record_delimiter: "\r\n",
  });
}

/** Options of {@linkcode parse}. */
export interface ParseOptions {
  /** Whether the first line holds the names of the columns. */
  skipFirstRow: true;
}

/** The rows of a CSV, each by the names of the first line. */
export function parse(text: string, _options: ParseOptions): Record<string, string>[] {
  return csvParse(text, { columns: true }) as Record<string, string>[];
}
