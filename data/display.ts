/**
 * Displays of data sets in notebooks.
 *
 * @module
 */
import { type Cell, type MediaBundle, tableBundle, withDisplay } from "../display/mod.ts";
import type { DataArray, DataSet } from "./types.ts";

/** Features up to which a table shows examples. */
const MOST_FEATURES = 12;
/** Examples in such a table. */
const EXAMPLES = 5;

/** Makes a data set show itself in notebooks: a line, and a table of its first examples or of its tensors. */
export function displayedSet<T extends DataSet>(set: T): T {
  return withDisplay(set, dataSetBundle);
}

function dataSetBundle(set: DataSet): MediaBundle {
  const { x } = set.inputs;
  const tabular = x.shape.length === 2 && x.shape[1]! <= MOST_FEATURES;
  return tableBundle({ summary: summaryOf(set), ...(tabular ? examplesOf(set) : tensorsOf(set)) });
}

/** Returns the line above the table: name, number of examples, classes or features. */
function summaryOf({ name, inputs, classes, source }: DataSet): string {
  const size = inputs.x.shape[0]!.toLocaleString("en-US");
  const kind = classes === undefined ? "numbers to predict" : `${classes} classes`;
  return `${name}: ${size} examples, ${kind}${source === undefined ? "" : ` (${source})`}`;
}

function examplesOf({ inputs: { x, y }, featureNames, classNames }: DataSet) {
  const [size, width] = x.shape as [number, number];
  const label = (i: number): Cell => classNames?.[Number(y.data[i])] ?? Number(y.data[i]);
  return {
    columns: [...Array.from({ length: width }, (_, j) => featureNames?.[j] ?? `x${j}`), "y"],
    rows: Array.from({ length: size }, (_, i) => i).map((i) => [
      ...Array.from(x.data.subarray(i * width, (i + 1) * width) as ArrayLike<number>, Number),
      label(i),
    ]),
    most: EXAMPLES,
  };
}

function tensorsOf({ inputs }: DataSet) {
  return {
    columns: ["input", "type", "shape", "least", "mean", "greatest"],
    rows: Object.entries(inputs).map(([name, { dtype, shape, data }]) => [
      name,
      dtype,
      `[${shape.join(", ")}]`,
      ...momentsOf(data),
    ]),
  };
}

/** Returns the least value, the mean and the greatest value. */
function momentsOf(data: DataArray): [low: number, mean: number, high: number] | [] {
  if (data.length === 0) return [];
  let [low, sum, high] = [Infinity, 0, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  return [low, sum / data.length, high];
}
