/**
 * The part of `@std/csv` that the project uses, over csv-parse and d3-dsv, both of which the library or Vega
 * need anyway.
 *
 * @module
 */
import { parse as csvParse } from "csv-parse/sync";
// @ts-types="@types/d3-dsv"
import { csvFormatRow } from "d3-dsv";

/** Options of {@linkcode stringify}. */
export interface StringifyOptions {
  /** The properties to write, in order. */
  columns: readonly string[];
  /** Whether to write a first line of names; `true` by default. */
  headers?: boolean;
}

/**
 * Returns rows as CSV, with lines that end in CR LF, as in RFC 4180. An absent value is empty, `true` is 1, `false` is
 * empty, and an object is written as JSON.
 */
export function stringify(
  data: readonly Readonly<Record<string, unknown>>[],
  { columns, headers = true }: StringifyOptions,
): string {
  const rows = data.map((row) => columns.map((name) => textOf(row[name])));
  return (headers ? [[...columns], ...rows] : rows).map((cells) => `${csvFormatRow(cells)}\r\n`).join("");
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "";
    case "boolean":
      return value ? "1" : "";
    case "object":
      return value === null ? "" : JSON.stringify(value);
    default:
      return String(value);
  }
}

/** Options of {@linkcode parse}. */
export interface ParseOptions {
  /** The first line holds column names. */
  skipFirstRow: true;
}

/** Parses the rows of a CSV text, each by the names of the first line. */
export function parse(text: string, _options: ParseOptions): Record<string, string>[] {
  return csvParse(text, { columns: true }) as Record<string, string>[];
}
