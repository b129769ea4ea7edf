/**
 * CSV files of runs.
 *
 * @module
 */
import { stringify } from "@std/csv";
import type { RunFile } from "./outcome.ts";

/** Returns rows as a CSV file of the run: the given columns in order, each the property of that name. */
export function csvFile(
  name: string,
  { rows, columns }: { readonly rows: readonly object[]; readonly columns: readonly string[] },
): RunFile {
  return { name, content: stringify(rows as readonly Readonly<Record<string, unknown>>[], { columns }) };
}
