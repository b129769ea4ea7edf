import { checkOptions, type OptionNames } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import type { DataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";
import { matArrays } from "./mat.ts";
import type { NamedMatArray } from "./mat_array.ts";
import { folderPath, readFirst } from "./read_data.ts";

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXELS = 3 * PLANE;

/** The original's larger file holds 73,257 images; twice as many are the most that a file may swell to. */
const MOST = 150_000 * PIXELS;

/** Options of {@linkcode parseSvhn}. */
export interface SvhnOptions {
  /** The name of the bytes in errors, such as a path. `"SVHN data"` by default. */
  readonly name?: string;
}

const SVHN_OPTIONS = { name: false } satisfies OptionNames<SvhnOptions>;

/**
 * Parses a file of the street view house numbers' cropped digits, a MAT-file with `X` `[32, 32, 3, N]` and `y` `[N, 1]`: `x`
 * uint8 `[N, 3, 32, 32]` (red, green and blue planes) with values 0 to 255, `y` int64 `[N]`, the digits 0 to 9, of which the
 * file writes 0 as 10.
 *
 * @param bytes the whole file
 * @throws {DataError} for a file that is not such a MAT-file or damaged; the array or the offset is named.
 *
 * @example
 * ```ts
 * import { parseSvhn } from "./svhn.ts";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => parseSvhn(new Uint8Array(10)), Error, "truncated at offset 10");
 * ```
 *
 * @see Netzer et al.: Reading digits in natural images with unsupervised feature learning, 2011.
 */
export async function parseSvhn(bytes: Uint8Array<ArrayBuffer>, options: SvhnOptions = {}): Promise<DataSet> {
  checkOptions("parseSvhn", options, SVHN_OPTIONS);
  const { name = "SVHN data" } = options;
  const { X, y } = await matArrays(bytes, { name, maxBytes: MOST });
  const count = X?.shape[3] ?? 1;
  const wanted = [SIDE, SIDE, 3, count];
  if (
    X === undefined || !(X.data instanceof Uint8Array) || X.shape.length > 4 ||
    wanted.some((d, i) => (X.shape[i] ?? 1) !== d)
  ) {
    throw new DataError(`${name}: must hold images 'X', uint8 [32, 32, 3, N], got ${described(X)}`);
  }
  if (y === undefined || y.data.length !== count) {
    throw new DataError(
      `${name}: must hold labels 'y' [${count}, 1], one for each image, got ${described(y)}`,
    );
  }
  return displayedSet({
    name: "svhn",
    inputs: {
      x: { dtype: "uint8", shape: [count, 3, SIDE, SIDE], data: planes(X.data) },
      y: { dtype: "int64", shape: [count], data: digits(y, name) },
    },
    classes: 10,
    range: [0, 255],
  });
}

function described(array: NamedMatArray | undefined): string {
  if (array === undefined) return "no array of that name";
  return `${array.data.constructor.name.replace("Array", "").toLowerCase()} [${array.shape.join(", ")}]`;
}

/** Returns planes whose columns were stored one after the other with their rows one after the other. */
function planes(columns: Uint8Array): Uint8Array {
  const rows = new Uint8Array(columns.length);
  for (let plane = 0; plane < columns.length; plane += PLANE) {
    for (let r = 0; r < SIDE; r++) {
      for (let c = 0; c < SIDE; c++) rows[plane + r * SIDE + c] = columns[plane + c * SIDE + r]!;
    }
  }
  return rows;
}

function digits({ data }: NamedMatArray, name: string): BigInt64Array {
  return BigInt64Array.from(data, (label, i) => {
    if (!(Number.isInteger(label) && label >= 1 && label <= 10)) {
      throw new DataError(`${name}: label ${i} of 'y' must be an integer in [1, 10], got ${label}`);
    }
    return BigInt(label % 10);
  });
}

/** Options of {@linkcode readSvhn}. */
export interface ReadSvhnOptions {
  /** Called and awaited with the path of each file before it is read. An error that it throws stops the reading. */
  readonly onFile?: (path: string) => void | Promise<void>;
}

const READ_SVHN_OPTIONS = { onFile: "function" } satisfies OptionNames<ReadSvhnOptions>;

/** The two parts of SVHN's cropped digits. */
export interface SvhnParts {
  /** 73,257 examples in the original. */
  readonly train: DataSet;
  /** 26,032 examples in the original. */
  readonly test: DataSet;
}

/**
 * Reads the street view house numbers' cropped digits from `train_32x32.mat` and `test_32x32.mat` in `folder`, or in the folder
 * `svhn` within it. Requests permission to read them.
 *
 * @param folder a path
 * @throws {DataError} for a file that is missing (all names and places tried are listed) or damaged.
 *
 * @example
 * ```ts
 * import { readSvhn } from "./svhn.ts";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => readSvhn("no/such/folder"), Error, "train_32x32.mat");
 * ```
 *
 * @see Netzer et al.: Reading digits in natural images with unsupervised feature learning, 2011.
 */
export async function readSvhn(folder: string, options: ReadSvhnOptions = {}): Promise<SvhnParts> {
  checkOptions("readSvhn", options, READ_SVHN_OPTIONS);
  const root = folderPath(folder);
  const read = async (path: string) => {
    const file = await readFirst([path], options);
    return file && await parseSvhn(file.bytes, { name: path });
  };
  for (const place of [root, `${root}/svhn`]) {
    const train = await read(`${place}/train_32x32.mat`);
    const test = train && await read(`${place}/test_32x32.mat`);
    if (train !== undefined && test !== undefined) return { train, test };
  }
  throw new DataError(
    `${root}: train_32x32.mat and test_32x32.mat must be in it or in ${root}/svhn: SVHN's cropped digits`,
  );
}
