/**
 * Tables as users write them.
 *
 * @module
 */

/** Whether the first row names the columns: whether a field before its last is no number. */
export function hasHeader(text: string): boolean {
  const first = text.replace(/^\ufeff/, "").split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
  return first.split(",").slice(0, -1).some((field) => Number.isNaN(Number(field.trim() || NaN)));
}
