import { checkOptions, type OptionNames } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import type { DataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";
import { decimal } from "./decimal.ts";

/** Options of {@linkcode parseLibsvm}. */
export interface LibsvmOptions {
  /** The data set's name, which errors begin with, such as a path. `"libsvm"` by default. */
  readonly name?: string;
  /** The number of features: an integer of at least 1. The largest index that occurs by default. */
  readonly features?: number;
  /** The labels in the order of their classes; those that occur, ascending, by default. */
  readonly labels?: readonly number[];
}

const LIBSVM_OPTIONS = { name: false, features: false, labels: false } satisfies OptionNames<LibsvmOptions>;

/** The most elements that a dense table may take: 2^28, 1 GiB of float32. */
const MOST = 2 ** 28;

/**
 * Parses LIBSVM's sparse text, `label index:value index:value ...` with indices from 1 up, into a dense table: `x`
 * float32 `[N, features]`, `y` int64 `[N]`. Text after a `#` is a comment, as in SVMlight.
 *
 * A test part may lack the last features or a label: pass the training part's `features` and `labels`.
 *
 * @throws {DataError} naming the line, for a field that is not a number or beyond float32, an index that is above
 * `features` or not above the one before it, a label not in `labels`, no examples, or a table of more than 2^28
 * elements.
 * @throws {RangeError} for `features` out of range.
 *
 * @example
 * ```ts
 * import { parseLibsvm } from "./libsvm.ts";
 * import { assertEquals } from "@std/assert";
 * const set = parseLibsvm("+1 1:0.5 3:2\n-1 2:1\n");
 * assertEquals(set.inputs.x.data, new Float32Array([0.5, 0, 2, 0, 1, 0]));
 * assertEquals(set.inputs.y.data, new BigInt64Array([1n, 0n]));
 * ```
 *
 * @see Chang, Lin: LIBSVM: A library for support vector machines (2011).
 */
export function parseLibsvm(text: string, options: LibsvmOptions = {}): DataSet {
  checkOptions("parseLibsvm", options, LIBSVM_OPTIONS);
  const { name = "libsvm", features } = options;
  if (features !== undefined && !(Number.isInteger(features) && features >= 1)) {
    throw new RangeError(`features must be an integer of at least 1, got ${features}`);
  }
  const rows = text.split("\n").flatMap((line, i) => {
    const content = line.replace(/#.*/, "").trim();
    return content === ""
      ? []
      : [parseRow(content, { where: `${name}, line ${i + 1}`, most: features ?? Infinity })];
  });
  if (rows.length === 0) throw new DataError(`${name}: expected at least one example, got none`);
  const width = features ?? rows.reduce((most, { indices }) => Math.max(most, indices.at(-1) ?? 0), 0);
  if (width === 0) {
    throw new DataError(`${name}: expected index:value in at least one example, got labels alone`);
  }
  if (rows.length * width > MOST) {
    throw new DataError(
      `${name}: ${rows.length} examples of ${width} features are more than ${MOST} elements`,
    );
  }
  const x = new Float32Array(rows.length * width);
  rows.forEach(({ indices, values }, i) => {
    indices.forEach((index, k) => x[i * width + index - 1] = values[k] as number);
  });
  const labels = options.labels ?? [...new Set(rows.map((row) => row.label))].sort((a, b) => a - b);
  const y = rows.map(({ label, where }) => {
    const c = labels.indexOf(label);
    if (c < 0) throw new DataError(`${where}: label must be one of ${labels.join(", ")}, got ${label}`);
    return BigInt(c);
  });
  return displayedSet({
    name,
    inputs: {
      x: { dtype: "float32", shape: [rows.length, width], data: x },
      y: { dtype: "int64", shape: [rows.length], data: BigInt64Array.from(y) },
    },
    classes: labels.length,
    classNames: labels.map(String),
  });
}

interface Row {
  readonly where: string;
  readonly label: number;
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

function parseRow(content: string, { where, most }: { where: string; most: number }): Row {
  const [first = "", ...fields] = content.split(/\s+/);
  const label = Number(first);
  if (!Number.isFinite(label)) {
    throw new DataError(`${where}: expected a finite number as label, got ${JSON.stringify(first)}`);
  }
  const indices: number[] = [];
  const values: number[] = [];
  for (const field of fields) {
    const [left = "", right = "", ...more] = field.split(":");
    const index = /^\d+$/.test(left) ? Number(left) : NaN;
    const before = indices.at(-1) ?? 0;
    if (more.length > 0 || !Number.isSafeInteger(index) || index <= before || index > most) {
      const bound = most === Infinity ? "" : ` and at most ${most}`;
      throw new DataError(
        `${where}: expected index:value with an index above ${before}${bound}, got ${field}`,
      );
    }
    indices.push(index);
    values.push(valueIn(right, `${where}, index ${index}`));
  }
  return { where, label, indices, values };
}

function valueIn(text: string, where: string): number {
  const value = decimal(text);
  if (typeof value === "number") return value;
  throw new DataError(`${where}: expected ${value}, got ${JSON.stringify(text)}`);
}
