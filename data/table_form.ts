/**
 * Detects the delimiter of a text table, and whether its first row names the columns.
 *
 * @module
 */

import { hasDecimalComma } from "./decimal.ts";

/** The delimiters to try, the preferred first; the comma is last because it may be a decimal comma. */
const DELIMITERS = ["\t", ";", "|", ","];

/** The first records of a table by delimiter, and its label column. */
export interface SplitTable {
  /** Returns the first records split at a delimiter; none if it cannot split them. */
  readonly split: (delimiter: string) => readonly (readonly string[])[];
  /** The label's column; from the end when negative. */
  readonly label: number;
}

/** Returns the delimiter of a table: the one that splits all of its first records into equally many fields. */
export function delimiterOf(text: string, { split, label }: SplitTable): string {
  const splits = DELIMITERS.filter((d) => text.includes(d))
    .map((delimiter) => ({ delimiter, records: split(delimiter) }))
    .filter(({ records }) => (records[0]?.length ?? 0) > 1);
  const even = splits.filter(({ records }) => records.every((r) => r.length === records[0]!.length));
  const featuresOf = ({ records }: { records: readonly (readonly string[])[] }) =>
    records.slice(1).flatMap((r) => r.toSpliced(label, 1));
  // A decimal comma would split numbers, and could leave the digits after it in the class: such a table is refused.
  const commas = even.find((s) => {
    const fields = s.delimiter === "," ? [] : featuresOf(s);
    return fields.some(hasDecimalComma) && fields.every((f) => hasDecimalComma(f) || kindOf(f) === "number");
  });
  if (commas !== undefined) return commas.delimiter;
  // A delimiter that occurs only in class names would leave the numbers in one field.
  const sound = even.find((s) => featuresOf(s).every((field) => kindOf(field) === "number"));
  return (sound ?? even[0] ?? splits[0])?.delimiter ?? ",";
}

/** The contents of the first row of a table; `"either"` if it cannot be decided. */
export type FirstRow = "names" | "example" | "either";

/**
 * Returns what the first row of a table is. It names the columns if it has words instead of features; a number
 * that is quoted, missing or mistyped is no word. Names that are numbers (`0,1,2,class`, as pandas writes columns
 * without names) show by the label: a word where the labels of all other rows are numbers. If the label continues the
 * count, as in `0,1,2`, the row may be either.
 */
export function firstRowOf(rows: readonly (readonly string[])[], column: number): FirstRow {
  const [first = [], ...others] = rows;
  const features = first.filter((_, j) => j !== column);
  const kinds = features.map(kindOf);
  const label = first[column] ?? "";
  const labels = others.map((r) => r[column] ?? "");
  const alone = kindOf(label) === "name" && !labels.includes(label);
  const names = kinds.includes("name");
  if (names && !kinds.includes("number") && !kinds.includes("mistyped")) {
    return kindOf(label) === "name" || features.length > 1 ? "names" : "either";
  }
  if (names) return alone ? "names" : "example";
  // Two columns do not count: 0, 1 is a common example.
  if (first.length > 2 && first[0] === "0" && countsUp(first)) return "either";
  if (!alone || labels.length === 0) return "example";
  if (labels.every((l) => kindOf(l) === "number")) return "names";
  return countsUp(features) ? "either" : "example";
}

/** The kind of a field. */
type Kind = "number" | "missing" | "mistyped" | "name";

/** Texts for a missing or non-finite number in pandas, NumPy, R, Weka, SQL and spreadsheets. */
const MISSING = new Set(
  ("nan na n/a n.a. <na> #n/a #na null none nil nat missing undefined inf infinity #div/0! #value! #num! " +
    "#ref! 1.#qnan 1.#ind 1.#inf true false").split(" "),
);

function kindOf(field: string): Kind {
  const text = field.trim();
  // No letter or digit: "", "?", "-", "*".
  if (!/[\p{L}\p{N}]/u.test(text) || MISSING.has(text.toLowerCase().replace(/^[+-]/, ""))) return "missing";
  if (Number.isFinite(Number(text))) return "number";
  // Starts with a digit after signs, quotes or a currency: "'0.5'", "1,5", "$3", "0.5x", "2 cm", "1e999".
  return /^[^\p{L}\p{N}_]*\p{Nd}/u.test(text) && !/^#/.test(text) ? "mistyped" : "name";
}

/** Returns whether a label marks a missing value. */
export function isMissingLabel(label: string): boolean {
  return /^(\?|nan|na|n\/a|<na>|#n\/a|null)$/i.test(label);
}

/** Returns whether the fields are 0, 1, 2, … or 1, 2, 3, …, as numbered columns are. */
function countsUp(fields: readonly string[]): boolean {
  const start = Number(fields[0]);
  return (start === 0 || start === 1) && fields.every((f, i) => f === String(start + i));
}
