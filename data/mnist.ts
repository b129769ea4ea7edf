import { checkOptions, type OptionNames } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import type { DataSet, DataTensor } from "./data_set.ts";
import { displayedSet } from "./display.ts";
import { parseIdx } from "./idx.ts";
import { folderPath, orCompressed, readFirst } from "./read_data.ts";

const GARMENTS = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

/** Names of the two sets in MNIST's layout that {@linkcode readMnist} knows. */
export type MnistName = "mnist" | "fashion-mnist";

/** Options of {@linkcode readMnist}. */
export interface MnistOptions {
  /** The name of the set: of its folder, and of its classes. `"mnist"` by default. */
  readonly name?: MnistName;
  /** Called and awaited with the path of each file before it is read. An error that it throws stops the reading. */
  readonly onFile?: (path: string) => void | Promise<void>;
}

const MNIST_OPTIONS = { name: false, onFile: "function" } satisfies OptionNames<MnistOptions>;

/** The two parts of MNIST, as published. */
export interface MnistParts {
  /** 60,000 examples in the original. */
  readonly train: DataSet;
  /** 10,000 examples in the original. */
  readonly test: DataSet;
}

/**
 * Reads MNIST or Fashion-MNIST from the four IDX files in `folder`, or in the folder of the set's name within it, each
 * plain or compressed: `x` uint8 `[N, 28, 28]` with values 0 to 255, `y` int64 `[N]`. Requests permission to read them.
 *
 * @param folder a path
 * @throws {DataError} for a file that is missing (all names and places tried are listed), damaged, or at odds with its
 * fellow.
 *
 * @example
 * ```ts
 * import { readMnist } from "./mnist.ts";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => readMnist("no/such/folder"), Error, "train-images-idx3-ubyte");
 * ```
 *
 * @see LeCun, Cortes, Burges: The MNIST database of handwritten digits; Xiao, Rasul, Vollgraf: Fashion-MNIST (2017).
 */
export async function readMnist(folder: string, options: MnistOptions = {}): Promise<MnistParts> {
  checkOptions("readMnist", options, MNIST_OPTIONS);
  const { name = "mnist" } = options;
  if (name !== "mnist" && name !== "fashion-mnist") {
    throw new RangeError(`name must be "mnist" or "fashion-mnist", got ${JSON.stringify(name)}`);
  }
  const root = folderPath(folder);
  const read = (part: "train" | "t10k") => readPart(root, part, { ...options, name });
  return { train: await read("train"), test: await read("t10k") };
}

/** The options, with the default of the name filled in. */
type NamedOptions = MnistOptions & { readonly name: MnistName };

async function readPart(folder: string, part: "train" | "t10k", options: NamedOptions): Promise<DataSet> {
  const { name } = options;
  const images = await readIdx(folder, `${part}-images-idx3-ubyte`, options);
  const labels = await readIdx(folder, `${part}-labels-idx1-ubyte`, options);
  expectRank(images, 3);
  expectRank(labels, 1);
  const count = labels.tensor.shape[0] as number;
  if (images.tensor.shape[0] !== count) {
    throw new DataError(
      `${images.path}: ${images.tensor.shape[0]} images, but ${count} labels in ${labels.path}`,
    );
  }
  const bytes = labels.tensor.data as Uint8Array;
  const wrong = bytes.findIndex((label) => label > 9);
  if (wrong >= 0) {
    throw new DataError(`${labels.path}: label ${wrong} must be in [0, 9], got ${bytes[wrong]}`);
  }
  return displayedSet({
    name,
    inputs: {
      x: images.tensor,
      y: { dtype: "int64", shape: [count], data: BigInt64Array.from(bytes, BigInt) },
    },
    classes: 10,
    classNames: name === "mnist" ? Array.from({ length: 10 }, (_, i) => String(i)) : GARMENTS,
    range: [0, 255],
  });
}

interface IdxFile {
  readonly path: string;
  readonly tensor: DataTensor;
}

function expectRank({ path, tensor }: IdxFile, rank: number): void {
  if (tensor.dtype !== "uint8" || tensor.shape.length !== rank) {
    throw new DataError(
      `${path}: must hold uint8 of rank ${rank}, got ${tensor.dtype} [${tensor.shape.join(", ")}]`,
    );
  }
}

async function readIdx(folder: string, file: string, { name, onFile }: NamedOptions): Promise<IdxFile> {
  const places = [folder, `${folder}/${name}`];
  const found = await readFirst(places.flatMap((place) => orCompressed(`${place}/${file}`)), { onFile });
  if (found !== undefined) {
    return { path: found.path, tensor: await parseIdx(found.bytes, { name: found.path }) };
  }
  throw new DataError(
    `${folder}: no ${file}(.gz) there nor in ${folder}/${name}; a ${name} folder holds train-images-idx3-ubyte, ` +
      "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each with or without .gz",
  );
}
