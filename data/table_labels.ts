/**
 * The label column of a table: which one it is, and the classes in it.
 *
 * @module
 */
import { checkInteger } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import type { DataTensor } from "./data_set.ts";
import { isMissingLabel } from "./table_form.ts";

/** A label, and its place (line and column) in words. */
export interface Label {
  readonly field: string;
  readonly where: () => string;
}

/** Returns the index of the label column. @throws {RangeError} if there is none, or two of its name. */
export function labelColumn(
  label: string | number,
  { names, width }: { names: readonly string[] | undefined; width: number },
): number {
  if (typeof label === "string") {
    const column = names?.indexOf(label) ?? -1;
    if (column >= 0 && names!.indexOf(label, column + 1) >= 0) {
      throw new RangeError(`label ${JSON.stringify(label)} names more than one column: give an index`);
    }
    if (column >= 0) return column;
    const known = names === undefined ? "an index, as there is no header" : `one of ${names.join(", ")}`;
    throw new RangeError(`label must be ${known}, got ${JSON.stringify(label)}`);
  }
  checkInteger("label", label, { low: -width, high: width - 1 });
  return label < 0 ? label + width : label;
}

/** Returns numbers as a float32 vector. */
export function float32(values: readonly number[]): DataTensor {
  return { dtype: "float32", shape: [values.length], data: Float32Array.from(values) };
}

/** Returns the classes of labels, numbered as {@linkcode parseTable} says. @throws {DataError} for a missing label. */
export function classesOf(
  all: readonly Label[],
): { y: DataTensor; classes: number; classNames?: readonly string[] } {
  const labels = all.map((l) => l.field);
  const distinct = [...new Set(labels)];
  requireClasses(distinct, (field) => all.find((l) => l.field === field)!.where());
  const int64 = (values: readonly number[]): DataTensor => ({
    dtype: "int64",
    shape: [values.length],
    data: BigInt64Array.from(values, BigInt),
  });
  if (distinct.every((label) => /^(0|[1-9]\d{0,4})$/.test(label) && Number(label) < 65536)) {
    return {
      y: int64(labels.map(Number)),
      classes: distinct.reduce((most, v) => Math.max(most, Number(v)), 0) + 1,
    };
  }
  const numbers = new Map(distinct.map((label, i) => [label, i]));
  return {
    y: int64(labels.map((label) => numbers.get(label) as number)),
    classes: distinct.length,
    classNames: distinct,
  };
}

/** Checks that each label names a class, and no two the same one. */
function requireClasses(distinct: readonly string[], where: (field: string) => string): void {
  const numbers = new Map<number, string>();
  for (const field of distinct) {
    if (isMissingLabel(field)) {
      throw new DataError(
        `${where(field)}: expected a label, got ${JSON.stringify(field)}, which marks a missing value`,
      );
    }
    const number = Number(field);
    const same = numbers.get(number);
    if (same !== undefined) {
      throw new DataError(
        `${where(field)}: the labels ${same} and ${field} are the same number: write each class in one way`,
      );
    }
    if (!Number.isNaN(number)) numbers.set(number, field);
  }
}
