import { DataError } from "./data_error.ts";
import type { DataTensor } from "./data_set.ts";
import { plainBytes } from "./plain_bytes.ts";

/** Bytes of an image: red, green and blue planes of 32 x 32. */
export const CIFAR_PIXELS = 3 * 32 * 32;

/** The originals have 60,000 records in all; ten times as many are the most that a compressed file may swell to. */
const MOST_RECORDS = 600_000;

/** A label byte of a record. */
interface LabelByte {
  /** Its name in errors. */
  readonly label: string;
  /** Labels are below this. */
  readonly classes: number;
}

/** The images and labels of a file. */
interface CifarRecords {
  /** The images, uint8 `[N, 3, 32, 32]`. */
  readonly x: DataTensor;
  /** For each label byte the labels, int64 `[N]`. */
  readonly labels: readonly DataTensor[];
}

/**
 * Parses a file of the binary version of CIFAR-10 or CIFAR-100, plain or compressed by gzip.
 *
 * @throws {DataError} for a length that is not a multiple of a record or 0, or a label out of its range; the offset is named.
 */
export async function cifarRecords(
  bytes: Uint8Array<ArrayBuffer>,
  { name, labels }: { name: string; labels: readonly LabelByte[] },
): Promise<CifarRecords> {
  const record = labels.length + CIFAR_PIXELS;
  const plain = await plainBytes(bytes, { name, maxBytes: MOST_RECORDS * record });
  const count = Math.floor(plain.length / record);
  if (count === 0 || plain.length % record !== 0) {
    throw new DataError(
      `${name}: truncated at offset ${plain.length}: must hold records of ${record} bytes, the last one begins at ${
        count * record
      }`,
    );
  }
  const x = new Uint8Array(count * CIFAR_PIXELS);
  const columns = labels.map(() => new BigInt64Array(count));
  for (let i = 0; i < count; i++) {
    const at = i * record;
    labels.forEach(({ label, classes }, k) => {
      const value = plain[at + k]!;
      if (value >= classes) {
        throw new DataError(
          `${name}: ${label} at offset ${at + k} must be in [0, ${classes - 1}], got ${value}`,
        );
      }
      columns[k]![i] = BigInt(value);
    });
    x.set(plain.subarray(at + labels.length, at + record), i * CIFAR_PIXELS);
  }
  return {
    x: { dtype: "uint8", shape: [count, 3, 32, 32], data: x },
    labels: columns.map((data) => ({ dtype: "int64", shape: [count], data })),
  };
}
