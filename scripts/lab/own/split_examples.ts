/**
 * Splits a user's examples into parts.
 *
 * @module
 */
import { type Data, type DataColumn, DataError, type DataSet, type DataTensor, split } from "../../../mod.ts";
import type { Examples } from "./examples.ts";

/** Which shares of the examples are held out, and how. */
export interface SplitOptions {
  readonly fractions: { readonly validation?: number; readonly test?: number };
  readonly seed: number;
  /** The file, for errors. */
  readonly file: string;
}

/** Examples by part; those not asked for are empty. */
export type ExampleParts = Readonly<Record<"train" | "validation" | "test", Data>>;

/**
 * Splits examples: at random by the seed, by class where a target is one class; the windows of one text in order, the
 * test last, because neighbors are alike. Of a model with a fixed batch size, each part holds whole batches.
 *
 * @throws {DataError} if a part that is asked for would be empty.
 */
export function splitExamples(examples: Examples, { fractions, seed, file }: SplitOptions): ExampleParts {
  const { data, count, fixed = 1 } = examples;
  const rows = examples.consecutive ? inOrder(count, fractions) : atRandom(examples, { fractions, seed });
  const asked = ["train", ...Object.keys(fractions)] as ("train" | "validation" | "test")[];
  const parts = asked.map((part) => {
    const whole = rows[part].subarray(0, rows[part].length - rows[part].length % fixed);
    if (whole.length === 0) {
      throw new DataError(
        `${file}: ${count} examples are too few for the parts ${asked.join(", ")}${
          fixed > 1 ? `, of ${fixed} examples a batch` : ""
        }`,
      );
    }
    return [part, Object.fromEntries(Object.entries(data).map(([name, c]) => [name, takeRows(c, whole)]))];
  });
  return { validation: {}, test: {}, ...Object.fromEntries(parts) };
}

type Rows = Readonly<Record<"train" | "validation" | "test", Int32Array>>;

function inOrder(count: number, { validation = 0, test = 0 }: SplitOptions["fractions"]): Rows {
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const [last, middle] = [Math.round(test * count), Math.round(validation * count)];
  return {
    train: all.subarray(0, count - last - middle),
    validation: all.subarray(count - last - middle, count - last),
    test: all.subarray(count - last),
  };
}

/** Splits the numbers of the rows as a data set, with the classes as labels if there are any. */
function atRandom(
  { data, target, count }: Examples,
  { fractions, seed }: Pick<SplitOptions, "fractions" | "seed">,
): Rows {
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  const x = { dtype: "int32", shape: [count], data: rows } as const;
  const labels = (data[target] as DataTensor).data;
  const classes = labels instanceof BigInt64Array && labels.length === count
    ? 1 + Number(labels.reduce((most, c) => (c > most ? c : most), 0n))
    : undefined;
  const y = { dtype: "int64", shape: [count], data: labels as BigInt64Array } as const;
  const set: DataSet = classes === undefined
    ? { name: "rows", inputs: { x, y: x } }
    : { name: "rows", inputs: { x, y }, classes };
  const parts = split(set, { fractions, seed, stratify: classes !== undefined });
  const rowsOf = ({ inputs }: DataSet) => inputs.x.data as Int32Array;
  return { train: rowsOf(parts.train), validation: rowsOf(parts.validation), test: rowsOf(parts.test) };
}

/** Copies the rows of a column that is in memory. */
function takeRows(column: DataColumn, rows: Int32Array): DataColumn {
  if ("read" in column) throw new TypeError("rows that stay in a file cannot be split");
  const size = column.shape.slice(1).reduce((a, b) => a * b, 1);
  // All are typed arrays; TypeScript cannot carry one kind through a union.
  const source = column.data as Float64Array;
  const taken = new (source.constructor as Float64ArrayConstructor)(rows.length * size);
  rows.forEach((row, i) => taken.set(source.subarray(row * size, (row + 1) * size), i * size));
  return { ...column, shape: [rows.length, ...column.shape.slice(1)], data: taken } as DataColumn;
}
