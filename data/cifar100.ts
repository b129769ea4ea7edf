import { checkOptions, type OptionNames } from "../options/mod.ts";
import { cifarRecords } from "./cifar_records.ts";
import { DataError } from "./data_error.ts";
import type { DataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";
import { folderPath, orCompressed, readFirst } from "./read_data.ts";

/** Options of {@linkcode parseCifar100}. */
export interface Cifar100Options {
  /** The name of the bytes in errors, such as a path. `"CIFAR-100 data"` by default. */
  readonly name?: string;
}

const CIFAR100_OPTIONS = { name: false } satisfies OptionNames<Cifar100Options>;

/**
 * Parses a file of CIFAR-100's binary version, plain or compressed by gzip: `x` uint8 `[N, 3, 32, 32]` (red, green and blue
 * planes) with values 0 to 255, `y` int64 `[N]`, the 100 classes, and `coarse` int64 `[N]`, their 20 groups.
 *
 * @param bytes the whole file: records of a group's byte, a class's byte and 3,072 pixels
 * @throws {DataError} for a length that is not a multiple of 3,074 or 0, or a label out of its range; the offset is named.
 *
 * @example
 * ```ts
 * import { parseCifar100 } from "./cifar100.ts";
 * import { assertEquals } from "@std/assert";
 * const set = await parseCifar100(new Uint8Array(2 * 3074));
 * assertEquals(set.inputs.x.shape, [2, 3, 32, 32]);
 * ```
 *
 * @see Krizhevsky: Learning Multiple Layers of Features from Tiny Images (2009).
 */
export async function parseCifar100(
  bytes: Uint8Array<ArrayBuffer>,
  options: Cifar100Options = {},
): Promise<DataSet> {
  checkOptions("parseCifar100", options, CIFAR100_OPTIONS);
  const { name = "CIFAR-100 data" } = options;
  const labels = [{ label: "group", classes: 20 }, { label: "class", classes: 100 }];
  const { x, labels: [coarse, y] } = await cifarRecords(bytes, { name, labels });
  return displayedSet({
    name: "cifar-100",
    inputs: { x, y: y!, coarse: coarse! },
    classes: 100,
    range: [0, 255],
  });
}

/** Options of {@linkcode readCifar100}. */
export interface ReadCifar100Options {
  /** Called and awaited with the path of each file before it is read. An error that it throws stops the reading. */
  readonly onFile?: (path: string) => void | Promise<void>;
}

const READ_CIFAR100_OPTIONS = { onFile: "function" } satisfies OptionNames<ReadCifar100Options>;

/** The two parts of CIFAR-100. */
export interface Cifar100Parts {
  /** 50,000 examples in the original. */
  readonly train: DataSet;
  /** 10,000 examples in the original. */
  readonly test: DataSet;
}

/**
 * Reads CIFAR-100 from the files of its binary version, `train.bin` and `test.bin`, in `folder`, or in the folder `cifar-100`
 * or `cifar-100-binary` within it, each plain or compressed. Requests permission to read them.
 *
 * @param folder a path
 * @throws {DataError} for a file that is missing (all names and places tried are listed) or damaged.
 *
 * @example
 * ```ts
 * import { readCifar100 } from "./cifar100.ts";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => readCifar100("no/such/folder"), Error, "train.bin");
 * ```
 *
 * @see Krizhevsky: Learning Multiple Layers of Features from Tiny Images (2009).
 */
export async function readCifar100(
  folder: string,
  options: ReadCifar100Options = {},
): Promise<Cifar100Parts> {
  checkOptions("readCifar100", options, READ_CIFAR100_OPTIONS);
  const root = folderPath(folder);
  for (const place of [root, `${root}/cifar-100`, `${root}/cifar-100-binary`]) {
    const train = await readPart(`${place}/train.bin`, options);
    const test = train && await readPart(`${place}/test.bin`, options);
    if (train !== undefined && test !== undefined) return { train, test };
  }
  throw new DataError(
    `${root}: train.bin(.gz) and test.bin(.gz) must be in it, in ${root}/cifar-100 or in ${root}/cifar-100-binary: ` +
      "the files of CIFAR-100's binary version",
  );
}

async function readPart(path: string, options: ReadCifar100Options): Promise<DataSet | undefined> {
  const file = await readFirst(orCompressed(path), options);
  return file && await parseCifar100(file.bytes, { name: file.path });
}
