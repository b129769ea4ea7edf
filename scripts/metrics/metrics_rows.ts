/**
 * Reads the rows of a `metrics.csv`, which a full disk, an editor or a copy may have damaged.
 *
 * @module
 */
import { parse } from "@std/csv";
import { MEASURES } from "./measures.ts";

/** A row: fields by column. */
export type MetricsRow = Readonly<Record<string, string>>;

/** Columns that hold a number or are empty. */
const NUMBERS: readonly string[] = ["step", "epoch", ...Object.keys(MEASURES)];

/**
 * Parses the rows of a text that begins with the header line.
 *
 * @param options.line the line number of the first row in the file, 2 by default
 * @throws {Error} naming the line, if a row has more or fewer fields than the header, or a numeric field holds no
 * number.
 */
export function metricsRows(text: string, { line = 2 }: { line?: number } = {}): MetricsRow[] {
  const names = text.slice(0, text.search(/\r?\n|$/)).split(",");
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  if (twice !== undefined) throw new Error(`line 1: column ${JSON.stringify(twice)} occurs twice`);
  const rows = parsed(text, line);
  for (const [i, row] of rows.entries()) {
    for (const name of NUMBERS) {
      const field = row[name];
      if (field === undefined || field === "" || field === "NaN") continue;
      // Spaces and line breaks alone would be 0.
      if (field.trim() !== "" && !Number.isNaN(Number(field))) continue;
      throw new Error(
        `line ${line + i}: ${name} must be a number, got ${JSON.stringify(field.slice(0, 40))}`,
      );
    }
  }
  return rows;
}

function parsed(text: string, line: number): Record<string, string>[] {
  try {
    return parse(text, { skipFirstRow: true });
  } catch (error) {
    // The parser counts from the header line, which precedes each part of a file that is read in parts.
    const here = (_: string, n: string) => `line ${Number(n) + line - 2}`;
    throw new Error((error as Error).message.replace(/\bline (\d+)/g, here), { cause: error });
  }
}
