import { checkOptions, type OptionNames } from "../options/mod.ts";
import { permutation } from "../random/mod.ts";
import { type DataSet, sizeOfDataSet, takeExamples } from "./data_set.ts";

/** The examples that are held out; the rest is for training. */
export interface HeldOut {
  /** For validation. 0 by default. */
  readonly validation?: number;
  /** For the final test. 0 by default. */
  readonly test?: number;
}

/** Options of {@linkcode split}: `fractions` or `counts`, not both. */
export interface SplitOptions {
  /** Shares of all examples, each in [0, 1), together below 1; rounded to whole examples. */
  readonly fractions?: HeldOut;
  /** Numbers of examples, integers of at least 0, together fewer than all. */
  readonly counts?: HeldOut;
  /** The seed: an integer in [0, 2^53). */
  readonly seed: number;
  /** Whether each part holds the classes in the proportions of the whole, to within one example. `false` by default. */
  readonly stratify?: boolean;
}

const SPLIT_OPTIONS = { fractions: false, counts: false, seed: true, stratify: "flag" } satisfies OptionNames<
  SplitOptions
>;

/** The three parts, whose examples together are those of the whole; a part may be empty. */
export interface SplitParts {
  /** The examples to train on. */
  readonly train: DataSet;
  /** The examples to choose hyperparameters by. */
  readonly validation: DataSet;
  /** The examples to measure the final result on. */
  readonly test: DataSet;
}

/**
 * Splits a data set at random. The examples are shuffled by the seed alone (stream `"split"`), and each part keeps them in
 * shuffled order. Without `stratify` the first go to the test, the next to validation and the others to training.
 *
 * @throws {RangeError} for an option out of range, both or neither of `fractions` and `counts`, or `stratify` without
 * classes.
 *
 * @example
 * ```ts
 * import { split } from "./split.ts";
 * import { iris } from "./iris.ts";
 * import { assertEquals } from "@std/assert";
 * const { train, test } = split(iris(), { fractions: { test: 0.2 }, seed: 0, stratify: true });
 * assertEquals([train.inputs.x.shape[0], test.inputs.x.shape[0]], [120, 30]);
 * ```
 */
export function split(set: DataSet, options: SplitOptions): SplitParts {
  checkOptions("split", options, SPLIT_OPTIONS);
  const size = sizeOfDataSet(set);
  const counts = heldOut(size, options);
  const order = Array.from(permutation({ seed: options.seed, stream: "split" }, size));
  const parts = options.stratify ? dealByClass(set, { order, counts }) : deal(order, counts);
  return {
    train: takeExamples(set, parts.train),
    validation: takeExamples(set, parts.validation),
    test: takeExamples(set, parts.test),
  };
}

type Counts = Readonly<Record<"validation" | "test", number>>;
type Parts = Readonly<Record<"train" | "validation" | "test", readonly number[]>>;

function heldOut(size: number, { fractions, counts }: SplitOptions): Counts {
  if ((fractions === undefined) === (counts === undefined)) {
    throw new RangeError("split takes either fractions or counts: give exactly one of them");
  }
  const parts = fractions ?? counts!;
  checkOptions(fractions ? "split: fractions" : "split: counts", parts, { validation: false, test: false });
  const given = { validation: 0, test: 0, ...parts };
  for (const part of ["validation", "test"] as const) {
    const value = given[part];
    if (fractions !== undefined && !(value >= 0 && value < 1)) {
      throw new RangeError(`fractions.${part} must be in [0, 1), got ${value}`);
    }
    if (counts !== undefined && !(Number.isInteger(value) && value >= 0)) {
      throw new RangeError(`counts.${part} must be an integer of at least 0, got ${value}`);
    }
  }
  const scale = fractions === undefined ? 1 : size;
  const [validation, test] = [Math.round(given.validation * scale), Math.round(given.test * scale)];
  if (validation + test >= size) {
    throw new RangeError(
      `validation and test must leave one of ${size} examples to train on, got ${validation} + ${test}`,
    );
  }
  return { validation, test };
}

function deal(order: readonly number[], { validation, test }: Counts): Parts {
  return {
    test: order.slice(0, test),
    validation: order.slice(test, test + validation),
    train: order.slice(test + validation),
  };
}

function dealByClass(set: DataSet, { order, counts }: { order: readonly number[]; counts: Counts }): Parts {
  if (set.classes === undefined) {
    throw new RangeError(`stratify needs a data set with classes, ${set.name} has none`);
  }
  const label = (i: number) => Number(set.inputs.y.data[i]);
  const sizes = new Array<number>(set.classes).fill(0);
  for (const i of order) sizes[label(i)] = (sizes[label(i)] ?? 0) + 1;
  const test = apportion(sizes, counts.test);
  const validation = apportion(sizes.map((n, c) => n - (test[c] ?? 0)), counts.validation);
  const parts = { train: [] as number[], validation: [] as number[], test: [] as number[] };
  for (const i of order) {
    const c = label(i);
    const part = test[c] ? "test" : validation[c] ? "validation" : "train";
    if (part !== "train") {
      const left = part === "test" ? test : validation;
      left[c] = (left[c] ?? 0) - 1;
    }
    parts[part].push(i);
  }
  return parts;
}

/** `total` shared out in proportion to `sizes`, in whole numbers: what is left after rounding down goes to the largest remainders. */
function apportion(sizes: readonly number[], total: number): number[] {
  const all = sizes.reduce((a, b) => a + b, 0);
  const shares = sizes.map((n) => Math.floor(n * total / all));
  const left = total - shares.reduce((a, b) => a + b, 0);
  const remainder = (c: number) => (sizes[c] ?? 0) * total % all;
  const byRemainder = sizes.map((_, c) => c).sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const c of byRemainder.slice(0, left)) shares[c] = (shares[c] ?? 0) + 1;
  return shares;
}
