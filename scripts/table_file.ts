/**
 * Tables as users write them.
 *
 * @module
 */
import { DataError, parseTable } from "../mod.ts";
import { reason } from "./reason.ts";

/** A table, with a row of names or without. @throws {DataError} naming the file, and what is wrong with it. */
export async function readTable(file: string): Promise<ReturnType<typeof parseTable>> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    throw new DataError(`${file}: ${reason(error)}`, { cause: error });
  }
  return parseTable(text, { name: file, header: hasHeader(text) });
}

/** Whether the first row names the columns: whether a field before its last is no number. */
export function hasHeader(text: string): boolean {
  const first = text.replace(/^\ufeff/, "").split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
  return first.split(",").slice(0, -1).some((field) => Number.isNaN(Number(field.trim() || NaN)));
}
