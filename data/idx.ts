/**
 * The IDX format of MNIST and its successors: a magic number that gives the element type and the number of dimensions,
 * the dimensions as 32-bit integers, then the elements, everything big-endian.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import type { DataTensor } from "./data_set.ts";
import { plainBytes } from "./plain_bytes.ts";

/** Options of {@linkcode parseIdx}. */
export interface IdxOptions {
  /** The name of the bytes in errors, such as a path. `"IDX data"` by default. */
  readonly name?: string;
  /** Largest size of a decompressed file in bytes: above 0. 2^31 by default. */
  readonly maxBytes?: number;
}

const IDX_OPTIONS = { name: false, maxBytes: false } satisfies OptionNames<IdxOptions>;

interface IdxType {
  readonly dtype: DataTensor["dtype"];
  readonly bytes: number;
  readonly read: (view: DataView<ArrayBuffer>, n: number) => DataTensor["data"];
}

const TYPES: ReadonlyMap<number, IdxType> = new Map<number, IdxType>([
  [0x08, {
    dtype: "uint8",
    bytes: 1,
    read: (v, n) => new Uint8Array(v.buffer.slice(v.byteOffset, v.byteOffset + n)),
  }],
  [0x09, { dtype: "int8", bytes: 1, read: (v, n) => new Int8Array(n).map((_, i) => v.getInt8(i)) }],
  [0x0b, { dtype: "int16", bytes: 2, read: (v, n) => new Int16Array(n).map((_, i) => v.getInt16(2 * i)) }],
  [0x0c, { dtype: "int32", bytes: 4, read: (v, n) => new Int32Array(n).map((_, i) => v.getInt32(4 * i)) }],
  [0x0d, {
    dtype: "float32",
    bytes: 4,
    read: (v, n) => new Float32Array(n).map((_, i) => v.getFloat32(4 * i)),
  }],
  [0x0e, {
    dtype: "float64",
    bytes: 8,
    read: (v, n) => new Float64Array(n).map((_, i) => v.getFloat64(8 * i)),
  }],
]);

/**
 * Parses an IDX file, plain or compressed by gzip, of any of the format's six element types and any rank.
 *
 * @param bytes the whole file
 * @returns the tensor, its elements copied into the machine's byte order
 * @throws {DataError} for a wrong magic number, an unknown type, a truncated file or header, or bytes left over; the
 * message names the file and the offset. Sizes are checked against the file's length before anything is allocated.
 * @throws {RangeError} for `maxBytes` out of range.
 *
 * @example
 * ```ts
 * import { parseIdx } from "./idx.ts";
 * import { assertEquals } from "@std/assert";
 * const file = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]);
 * assertEquals(await parseIdx(file), { dtype: "uint8", shape: [3], data: new Uint8Array([7, 8, 9]) });
 * ```
 *
 * @see LeCun, Cortes, Burges: The MNIST database of handwritten digits, "File formats".
 */
export async function parseIdx(
  bytes: Uint8Array<ArrayBuffer>,
  options: IdxOptions = {},
): Promise<DataTensor> {
  checkOptions("parseIdx", options, IDX_OPTIONS);
  const { name = "IDX data", maxBytes = 2 ** 31 } = options;
  if (!(maxBytes > 0)) throw new RangeError(`maxBytes must be above 0, got ${maxBytes}`);
  const plain = await plainBytes(bytes, { name, maxBytes });
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const { type, rank } = readMagic(view, name);
  const start = 4 + 4 * rank;
  if (view.byteLength < start) {
    throw new DataError(
      `${name}: truncated at offset ${view.byteLength} within the dimensions, which end at ${start}`,
    );
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  // BigInt, because dimensions of a corrupt file may multiply beyond 2^53.
  const wanted = BigInt(start) + shape.reduce((n, d) => n * BigInt(d), BigInt(type.bytes));
  if (wanted !== BigInt(view.byteLength)) {
    const what = wanted > view.byteLength ? "truncated" : "left over from";
    const at = wanted > view.byteLength ? view.byteLength : wanted;
    throw new DataError(
      `${name}: ${what} at offset ${at}: [${
        shape.join(", ")
      }] ${type.dtype} take ${wanted} bytes, got ${view.byteLength}`,
    );
  }
  const n = (view.byteLength - start) / type.bytes;
  const data = type.read(new DataView(plain.buffer, plain.byteOffset + start), n);
  return { dtype: type.dtype, shape, data };
}

function readMagic(view: DataView, name: string): { type: IdxType; rank: number } {
  if (view.byteLength < 4) {
    throw new DataError(
      `${name}: truncated at offset ${view.byteLength} within the magic number, which takes 4 bytes`,
    );
  }
  const magic = `0x${view.getUint32(0).toString(16).padStart(8, "0")}`;
  if (view.getUint16(0) !== 0) {
    throw new DataError(
      `${name}: wrong magic number ${magic} at offset 0, an IDX file begins with two zero bytes`,
    );
  }
  const type = TYPES.get(view.getUint8(2));
  if (type === undefined) {
    const known = [...TYPES.keys()].map((code) => `0x${code.toString(16).padStart(2, "0")}`).join(", ");
    throw new DataError(`${name}: wrong magic number ${magic}: the type at offset 2 must be one of ${known}`);
  }
  const rank = view.getUint8(3);
  if (rank === 0) {
    throw new DataError(`${name}: wrong magic number ${magic}: the rank at offset 3 must be at least 1`);
  }
  return { type, rank };
}
