/**
 * The data sets of labeled examples that experiments and papers train on, by name.
 *
 * @module
 */
import { breastCancer, type DataSet, digits, iris, readCifar10, readMnist } from "../../../mod.ts";
import { UsageError } from "../../console/mod.ts";
import { type CatalogName, dataFolder, howToFetch } from "../../fetch/mod.ts";
import { noteFilesOf } from "../../inputs/mod.ts";

/** The map from integers to inputs: `x * scale + shift`. */
export interface Pixels {
  readonly scale: number;
  readonly shift?: number;
}

/** The facts about a data set that are known before it is read. */
export interface Shape {
  /** The number of features of an example. */
  readonly features: number;
  readonly classes: number;
}

/** A data set of labeled examples. */
export interface Source extends Shape {
  /** Its name in titles. */
  readonly title: string;
  /** Its name in the sentences of papers; the title by default. */
  readonly short?: string;
  /** Its name for `fetch`; absent for embedded data. */
  readonly fetched?: CatalogName;
  /** Whether the features are the pixels of a square image. */
  readonly image: boolean;
  /** The map from pixels to inputs; absent for columns, which are standardized by the training part. */
  readonly pixels?: Pixels;
  /** Reads the training examples and, if the authors provide them, the test examples. */
  readonly read: (folder: string) => Promise<{ readonly train: DataSet; readonly test?: DataSet }>;
}

/** Returns an embedded data set in the form that sources return. */
const embedded = (make: () => DataSet) => () => Promise.resolve({ train: make() });

/** Returns the entry of one of the two sets in MNIST's format. */
const mnist = (set: "mnist" | "fashion-mnist", title: string): Source => ({
  title,
  fetched: set,
  features: 784,
  classes: 10,
  image: true,
  pixels: { scale: 1 / 255 },
  read: (folder) => readMnist(folder, { name: set, onFile: noteFilesOf(set) }),
});

/** Name to data set. */
export const SOURCES = {
  digits: {
    title: "UCI digits",
    short: "digits",
    features: 64,
    classes: 10,
    image: true,
    // Pixels are counts from 0 to 16.
    pixels: { scale: 1 / 16 },
    read: embedded(digits),
  },
  iris: { title: "iris", features: 4, classes: 3, image: false, read: embedded(iris) },
  "breast-cancer": {
    title: "breast cancer",
    features: 30,
    classes: 2,
    image: false,
    read: embedded(breastCancer),
  },
  mnist: mnist("mnist", "MNIST"),
  "fashion-mnist": mnist("fashion-mnist", "Fashion-MNIST"),
  "cifar-10": {
    title: "CIFAR-10",
    fetched: "cifar-10",
    features: 3072,
    classes: 10,
    image: true,
    // Gives about zero mean and unit variance.
    pixels: { scale: 1 / 63, shift: -1.92 },
    read: (folder) => readCifar10(folder, { onFile: noteFilesOf("cifar-10") }),
  },
} as const satisfies Readonly<Record<string, Source>>;

/** The name of a data set. */
export type SourceName = keyof typeof SOURCES;

/** Returns the folder with a data set. @throws {UsageError} if there is none, naming who needs it. */
export function requiredFolder(
  set: CatalogName,
  { dataDir, who, files }: { dataDir: string | undefined; who: string; files: string },
): string {
  const folder = dataFolder(set, { dataDir });
  if (folder !== undefined) return folder;
  throw new UsageError(`${who} needs the folder that holds ${files}: ${howToFetch(set)}`);
}
