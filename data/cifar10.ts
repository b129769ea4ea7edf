import { checkOptions, type OptionNames } from "../options/mod.ts";
import { CIFAR_PIXELS, cifarRecords } from "./cifar_records.ts";
import { DataError } from "./data_error.ts";
import type { DataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";
import { folderPath, orCompressed, readFirst } from "./read_data.ts";

const CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/** Options of {@linkcode parseCifar10}. */
export interface Cifar10Options {
  /** The name of the bytes in errors, such as a path. `"CIFAR-10 data"` by default. */
  readonly name?: string;
}

const CIFAR10_OPTIONS = { name: false } satisfies OptionNames<Cifar10Options>;

/**
 * Parses a file of CIFAR-10's binary version, plain or compressed by gzip: `x` uint8 `[N, 3, 32, 32]` (red, green and
 * blue planes) with values 0 to 255, `y` int64 `[N]`.
 *
 * @param bytes the whole file: records of one label byte and 3,072 pixels
 * @throws {DataError} for a length that is not a multiple of 3,073 or 0, or a label above 9; the offset is named.
 *
 * @example
 * ```ts
 * import { parseCifar10 } from "./cifar10.ts";
 * import { assertEquals } from "@std/assert";
 * const set = await parseCifar10(new Uint8Array(2 * 3073));
 * assertEquals(set.inputs.x.shape, [2, 3, 32, 32]);
 * ```
 *
 * @see Krizhevsky: Learning Multiple Layers of Features from Tiny Images (2009).
 */
export async function parseCifar10(
  bytes: Uint8Array<ArrayBuffer>,
  options: Cifar10Options = {},
): Promise<DataSet> {
  checkOptions("parseCifar10", options, CIFAR10_OPTIONS);
  const { name = "CIFAR-10 data" } = options;
  const { x, labels: [y] } = await cifarRecords(bytes, { name, labels: [{ label: "label", classes: 10 }] });
  return displayedSet({
    name: "cifar-10",
    inputs: { x, y: y! },
    classes: 10,
    classNames: CLASSES,
    range: [0, 255],
  });
}

/** Options of {@linkcode readCifar10}. */
export interface ReadCifar10Options {
  /** Called and awaited with the path of each file before it is read. An error that it throws stops the reading. */
  readonly onFile?: (path: string) => void | Promise<void>;
}

const READ_CIFAR10_OPTIONS = { onFile: "function" } satisfies OptionNames<ReadCifar10Options>;

/** The two parts of CIFAR-10. */
export interface Cifar10Parts {
  /** 50,000 examples in the original; as many as there are files of. */
  readonly train: DataSet;
  /** 10,000 examples in the original. */
  readonly test: DataSet;
}

const TRAIN_FILES = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);

/**
 * Reads CIFAR-10 from the files of its binary version in `folder`, or in the folder `cifar-10` or
 * `cifar-10-batches-bin` within it, each plain or compressed: those of `data_batch_1.bin` to `data_batch_5.bin` that
 * are there, one at least, and `test_batch.bin`. Requests permission to read them.
 *
 * @param folder a path
 * @throws {DataError} for a file that is missing (all names and places tried are listed) or damaged.
 *
 * @example
 * ```ts
 * import { readCifar10 } from "./cifar10.ts";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => readCifar10("no/such/folder"), Error, "data_batch_1.bin");
 * ```
 *
 * @see Krizhevsky: Learning Multiple Layers of Features from Tiny Images (2009).
 */
export async function readCifar10(folder: string, options: ReadCifar10Options = {}): Promise<Cifar10Parts> {
  checkOptions("readCifar10", options, READ_CIFAR10_OPTIONS);
  const root = folderPath(folder);
  for (const place of [root, `${root}/cifar-10`, `${root}/cifar-10-batches-bin`]) {
    const train: DataSet[] = [];
    for (const file of TRAIN_FILES) {
      const set = await readBatch(`${place}/${file}`, options);
      if (set !== undefined) train.push(set);
    }
    const test = await readBatch(`${place}/test_batch.bin`, options);
    if (train.length > 0 && test !== undefined) return { train: joined(train), test };
  }
  throw new DataError(
    `${root}: data_batch_1.bin(.gz) and test_batch.bin(.gz) must be in it, in ${root}/cifar-10 or in ` +
      `${root}/cifar-10-batches-bin: the files of CIFAR-10's binary version`,
  );
}

async function readBatch(path: string, options: ReadCifar10Options): Promise<DataSet | undefined> {
  const file = await readFirst(orCompressed(path), options);
  return file && await parseCifar10(file.bytes, { name: file.path });
}

function joined(sets: readonly DataSet[]): DataSet {
  const count = sets.reduce((n, s) => n + s.inputs.y.data.length, 0);
  const x = new Uint8Array(count * CIFAR_PIXELS);
  const y = new BigInt64Array(count);
  let at = 0;
  for (const { inputs } of sets) {
    x.set(inputs.x.data as Uint8Array, at * CIFAR_PIXELS);
    y.set(inputs.y.data as BigInt64Array, at);
    at += inputs.y.data.length;
  }
  return displayedSet({
    ...sets[0]!,
    inputs: {
      x: { dtype: "uint8", shape: [count, 3, 32, 32], data: x },
      y: { dtype: "int64", shape: [count], data: y },
    },
  });
}
