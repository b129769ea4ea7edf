/**
 * Tables as text and as HTML.
 *
 * @module
 */
import type { MediaBundle } from "./displayable.ts";
import { shortNumber } from "./short.ts";

/** The content of a cell; numbers stand to the right. */
export type Cell = string | number | bigint | boolean | null | undefined;

/** A table: a summary of one line, the names of the columns, and rows of as many cells. */
export interface TableContent {
  /** The line above the table. */
  readonly summary: string;
  /** The names of the columns. */
  readonly columns: readonly string[];
  /** The rows. */
  readonly rows: readonly (readonly Cell[])[];
  /** The most rows to show, at least 1; 20 by default. The line below says how many there are. */
  readonly most?: number;
}

/**
 * Returns a table as plain text and as HTML.
 *
 * @example
 * ```ts
 * import { tableBundle } from "./table.ts";
 * import { assertEquals } from "@std/assert";
 * const bundle = tableBundle({ summary: "Losses", columns: ["rule", "loss"], rows: [["adam", 0.25], ["sgd", 1]] });
 * assertEquals(bundle["text/plain"], "Losses\nrule  loss\nadam  0.25\nsgd      1");
 * ```
 */
export function tableBundle({ summary, columns, rows, most = 20 }: TableContent): MediaBundle {
  const shown = rows.slice(0, most);
  const rest = rows.length > most ? [`the first ${most} of ${rows.length} rows`] : [];
  return {
    "text/plain": [summary, ...textRows(columns, shown), ...rest].join("\n"),
    "text/html": `<p>${escaped(summary)}</p>${columns.length === 0 ? "" : htmlTable(columns, shown)}${
      rest.map((line) => `<p>${line}</p>`).join("")
    }`,
  };
}

function textRows(columns: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const cells = rows.map((row) => row.map(textOf));
  const widths = columns.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)));
  const right = columns.map((_, i) => isNumeric(rows, i));
  const line = (texts: readonly string[]) =>
    texts.map((text, i) => (right[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!))).join("  ")
      .trimEnd();
  return columns.length === 0 ? [] : [line(columns), ...cells.map(line)];
}

function htmlTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const style = columns.map((_, i) => ` style="text-align: ${isNumeric(rows, i) ? "right" : "left"}"`);
  const row = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map((text, i) => `<${tag}${style[i]}>${escaped(text)}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${row("th", columns)}</thead><tbody>${
    rows.map((cells) => row("td", cells.map(textOf))).join("")
  }</tbody></table>`;
}

/** Returns whether a column holds numbers alone, and at least one. */
function isNumeric(rows: readonly (readonly Cell[])[], column: number): boolean {
  const cells = rows.map((row) => row[column]).filter((cell) => cell !== null && cell !== undefined);
  return cells.length > 0 && cells.every((cell) => typeof cell === "number" || typeof cell === "bigint");
}

function textOf(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "number" ? shortNumber(cell) : String(cell);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.codePointAt(0)};`);
}
