import { DataError } from "./data_error.ts";
import type { DataSet } from "./data_set.ts";
import { gunzip, isGzip } from "./gunzip.ts";

const CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const PIXELS = 3 * 32 * 32;
const RECORD = 1 + PIXELS;
/** The original has 60,000 records in all; ten times as many are the most that a compressed file may swell to. */
const MOST = 600_000 * RECORD;

/** Options of {@linkcode parseCifar10}. */
export interface Cifar10Options {
  /** What the bytes are called in errors, such as a path. `"CIFAR-10 data"` by default. */
  readonly name?: string;
}

/**
 * A file of CIFAR-10's binary version, plain or compressed by gzip: `x` uint8 `[N, 3, 32, 32]` (red, green and blue
 * planes) with values 0 to 255, `y` int64 `[N]`.
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
  const { name = "CIFAR-10 data" } = options;
  const plain = isGzip(bytes) ? await gunzip(bytes, { name, maxBytes: MOST }) : bytes;
  const count = Math.floor(plain.length / RECORD);
  if (count === 0 || plain.length % RECORD !== 0) {
    throw new DataError(
      `${name}: truncated at offset ${plain.length}: must hold records of ${RECORD} bytes, the last one begins at ${
        count * RECORD
      }`,
    );
  }
  const x = new Uint8Array(count * PIXELS);
  const y = new BigInt64Array(count);
  for (let i = 0; i < count; i++) {
    const at = i * RECORD;
    const label = plain[at] as number;
    if (label > 9) throw new DataError(`${name}: label at offset ${at} must be in [0, 9], got ${label}`);
    y[i] = BigInt(label);
    x.set(plain.subarray(at + 1, at + RECORD), i * PIXELS);
  }
  return {
    name: "cifar-10",
    inputs: {
      x: { dtype: "uint8", shape: [count, 3, 32, 32], data: x },
      y: { dtype: "int64", shape: [count], data: y },
    },
    classes: 10,
    classNames: CLASSES,
    range: [0, 255],
  };
}
