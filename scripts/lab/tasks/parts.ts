/**
 * Data sets in parts: training, validation and test.
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
import { SUBJECTS } from "../../inputs/mod.ts";
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
  /** The part for choosing rates. */
  readonly validation: Data;
  /** The part for the reported results. */
  readonly test: Data;
}

/** The options by which a data set is split. */
export interface SplitOptions {
  /** The training examples to hold out for validation: their share if below 1, otherwise their number. */
  readonly validation?: number;
  /** The share of the examples held out for the test, if the data set has no test examples; 0.2 by default. */
  readonly test?: number;
  /** Seed of the split; 0 by default. */
  readonly seed?: number;
  /** The share of the training examples to use, from the first on; 1 by default. */
  readonly share?: number;
  /** The most training examples and test examples, and a quarter as many for validation; all by default. */
  readonly most?: number;
  /** Leaves out training examples to fill whole batches of this size; 1 by default. */
  readonly batchSize?: number;
  /** The map from pixels to inputs; by default that of the data set's entry. */
  readonly pixels?: Pixels;
}

/** The place of a data set's files. */
export interface Place {
  readonly dataDir: string | undefined;
  /** The experiment that needs them, for the error when they are missing. */
  readonly who: string;
  /** The files, for the same error; `the files of <title>` by default. */
  readonly files?: string;
}

/**
 * Reads a data set and splits it, stratified by class.
 *
 * @throws {UsageError} if it needs files and no folder has them.
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
  const ready = {
    train: inputs(first(parts.train, Math.min(most, used), { batchSize })),
    ...(parts.validation === undefined ? {} : { validation: inputs(first(parts.validation, most / 4)) }),
    test: inputs(first(parts.test, most)),
  };
  SUBJECTS.noteData(title, ready);
  return { name: title, features, classes, image, ...ready };
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
