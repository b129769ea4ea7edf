/**
 * Data sets in parts: what to train on, what to choose by, and what to report results of.
 *
 * @module
 */
import {
  type Data,
  type DataSet,
  featureStatistics,
  sizeOfDataSet,
  split,
  standardize,
  takeExamples,
} from "../../../mod.ts";
import {
  type Pixels,
  requiredFolder,
  type Shape,
  type Source,
  type SourceName,
  SOURCES,
} from "./data_sets.ts";

/** A data set in parts: `x` and `target` each. */
export interface Parts extends Shape {
  /** Its name, for titles. */
  readonly name: string;
  /** Whether the features are the pixels of a square image. */
  readonly image: boolean;
  readonly train: Data;
  /** The part that rates are chosen by. */
  readonly validation: Data;
  /** The part that results are reported of. */
  readonly test: Data;
}

/** How to split a data set. */
export interface SplitOptions {
  /** The examples to train on that are held out for validation: their share if below 1, else their number. */
  readonly validation?: number;
  /** The share of the examples held out for the test, of a data set without test examples of its own; 0.2 by default. */
  readonly test?: number;
  /** Seed of the split; 0 by default. */
  readonly seed?: number;
  /** The share of the examples to train on that is used, the first of them; 1 by default. */
  readonly share?: number;
  /** The most examples to train on and to test on, and a quarter of it for validation; all by default. */
  readonly most?: number;
  /** Leaves out examples to train on so that batches of this size come out even; 1 by default. */
  readonly batchSize?: number;
  /** How pixels become inputs, if not as the data set's entry says. */
  readonly pixels?: Pixels;
}

/** Where the files of a data set are. */
export interface Place {
  readonly dataDir: string | undefined;
  /** Who needs them, for the error when they are missing. */
  readonly who: string;
  /** The files, for the same error; `the files of <title>` by default. */
  readonly files?: string;
}

/**
 * Reads a data set and splits it, stratified by class.
 *
 * @throws {UsageError} if it lies in files and there is no folder with them.
 */
export async function readParts(
  name: SourceName,
  options: SplitOptions & { readonly validation: number },
  place: Place,
): Promise<Parts>;
export async function readParts(
  name: SourceName,
  options: SplitOptions,
  place: Place,
): Promise<Omit<Parts, "validation">>;
export async function readParts(
  name: SourceName,
  options: SplitOptions,
  { dataDir, who, files }: Place,
): Promise<Omit<Parts, "validation"> & { validation?: Data }> {
  const source: Source = SOURCES[name];
  const { title, fetched } = source;
  const folder = fetched === undefined
    ? ""
    : requiredFolder(fetched, { dataDir, who, files: files ?? `the files of ${title}` });
  return partsOfSet({ ...source, ...await source.read(folder) }, options);
}

/** A data set that has been read. */
export type ReadSource = Omit<Source, "read"> & { readonly train: DataSet; readonly test?: DataSet };

/** Splits a data set that has been read. */
export function partsOfSet(
  source: ReadSource,
  options: SplitOptions & { readonly validation: number },
): Parts;
export function partsOfSet(
  source: ReadSource,
  options: SplitOptions,
): Omit<Parts, "validation"> & { readonly validation?: Data };
export function partsOfSet(
  { title, features, classes, image, train, test, pixels }: ReadSource,
  { share = 1, most = Infinity, batchSize = 1, ...options }: SplitOptions,
): Omit<Parts, "validation"> & { validation?: Data } {
  const parts = heldOut(train, { ...options, ownTest: test });
  const inputs = inputsOf(parts.train, options.pixels ?? pixels);
  const used = Math.max(1, Math.round(share * sizeOfDataSet(parts.train)));
  return {
    name: title,
    features,
    classes,
    image,
    train: inputs(first(parts.train, Math.min(most, used), { batchSize })),
    test: inputs(first(parts.test, most)),
    ...(parts.validation === undefined ? {} : { validation: inputs(first(parts.validation, most / 4)) }),
  };
}

function heldOut(
  all: DataSet,
  { validation, test = 0.2, seed = 0, ownTest }: SplitOptions & { ownTest: DataSet | undefined },
): { train: DataSet; test: DataSet; validation?: DataSet } {
  const stratify = true;
  if (ownTest === undefined) {
    const fractions = validation === undefined ? { test } : { validation, test };
    const parts = split(all, { fractions, seed, stratify });
    return validation === undefined ? { train: parts.train, test: parts.test } : parts;
  }
  if (validation === undefined) return { train: all, test: ownTest };
  const sizes = validation < 1 ? { fractions: { validation } } : { counts: { validation } };
  return { ...split(all, { ...sizes, seed, stratify }), test: ownTest };
}

/** Returns the function from examples to a model's inputs: pixels are scaled, columns standardized. */
function inputsOf(train: DataSet, pixels: Pixels | undefined): (set: DataSet) => Data {
  if (pixels !== undefined) return ({ inputs: { x, y } }) => ({ x: { ...x, ...pixels }, target: y }) as Data;
  const statistics = featureStatistics(train, { over: "each" });
  return (set) => {
    const { x, y } = standardize(set, statistics).inputs;
    return { x, target: y } as Data;
  };
}

/** Returns the first examples, as many of them as make whole batches. */
export function first(set: DataSet, count: number, { batchSize = 1 }: { batchSize?: number } = {}): DataSet {
  const all = sizeOfDataSet(set);
  const size = Math.min(count, all);
  const whole = size - size % batchSize;
  return whole === all ? set : takeExamples(set, Array.from({ length: whole }, (_, i) => i));
}
