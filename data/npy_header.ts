import { Float16Elements } from "../host/float16.ts";
import { DataError } from "./data_error.ts";
import type { NpyData, NpyDType } from "./npy_types.ts";

/** An array type of elements as `.npy` files hold them. */
export type NpyArray = { new (buffer: ArrayBuffer): NpyData; readonly BYTES_PER_ELEMENT: number };

/** Kind and bytes of an element, as NumPy writes them after the byte order. */
export const NPY_TYPES: Readonly<Record<string, readonly [NpyDType, NpyArray]>> = {
  b1: ["bool", Uint8Array],
  i1: ["int8", Int8Array],
  i2: ["int16", Int16Array],
  i4: ["int32", Int32Array],
  i8: ["int64", BigInt64Array],
  u1: ["uint8", Uint8Array],
  u2: ["uint16", Uint16Array],
  u4: ["uint32", Uint32Array],
  u8: ["uint64", BigUint64Array],
  f2: ["float16", Float16Elements],
  f4: ["float32", Float32Array],
  f8: ["float64", Float64Array],
};

/** The first bytes of a `.npy` file. */
export const NPY_MAGIC = [0x93, ...new TextEncoder().encode("NUMPY")];
/** A header names a type and a few dimensions; no more than this is read of it. */
const LONGEST_HEADER = 65536;
/** NumPy's own bound on the rank since version 2. */
export const MOST_DIMENSIONS = 64;

/** The header of a `.npy` file. */
export interface NpyHeader {
  readonly dtype: NpyDType;
  /** The array type that holds such elements. */
  readonly Array: NpyArray;
  /** NumPy's name of the type, the order of bytes first. */
  readonly descr: string;
  /** Bytes of an element. */
  readonly width: number;
  /** Whether the elements are in column-major order. */
  readonly fortran: boolean;
  readonly shape: number[];
  /** The offset at which the elements begin. */
  readonly end: number;
}

/** The longest beginning of a file that a header may take. */
export const NPY_HEADER_BYTES = LONGEST_HEADER + 12;

/** Reads the header at the beginning of a `.npy` file. @throws {DataError} as `parseNpy` does. */
export function npyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const { text, end } = headerOf(bytes, name);
  const { descr, fortran, shape } = fieldsOf(text, name);
  const type = NPY_TYPES[descr.slice(1)];
  if (type === undefined || !/^[<>|=]/.test(descr)) {
    throw new DataError(
      `${name}: elements of type '${descr}' are not supported: save the array as one of ${
        Object.values(NPY_TYPES).map(([dtype]) => dtype).join(", ")
      }, say with x.astype("float32")`,
    );
  }
  const [dtype, Array] = type;
  return { dtype, Array, descr, width: Number(descr.slice(2)), fortran, shape, end };
}

function headerOf(bytes: Uint8Array, name: string): { text: string; end: number } {
  if (NPY_MAGIC.some((b, i) => bytes[i] !== b)) {
    throw new DataError(`${name}: not a .npy file: expected \\x93NUMPY at offset 0 (np.save writes it)`);
  }
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3) {
    throw new DataError(
      `${name}: format version at offset 6 must be 1, 2 or 3, got ${bytes[6] ?? "no byte"}`,
    );
  }
  const start = major === 1 ? 10 : 12;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < start) {
    throw new DataError(`${name}: truncated at offset ${bytes.length} within the length of the header`);
  }
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER) {
    throw new DataError(
      `${name}: the header at offset ${start} must be at most ${LONGEST_HEADER} bytes, is ${length}`,
    );
  }
  const end = start + length;
  if (bytes.length < end) {
    throw new DataError(
      `${name}: truncated at offset ${bytes.length} within the header, which ends at ${end}`,
    );
  }
  return { text: new TextDecoder().decode(bytes.subarray(start, end)), end };
}

/** Reads the dictionary that Python's `repr` wrote: three keys in any order. */
function fieldsOf(text: string, name: string): { descr: string; fortran: boolean; shape: number[] } {
  const fail = (what: string) => {
    const shown = text.trim().slice(0, 80);
    return new DataError(`${name}: ${what} in the header ${JSON.stringify(shown)}`);
  };
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  if (inner === undefined) throw fail("expected a dictionary");
  const entry = /\s*(['"])(\w+)\1\s*:\s*(\([^()]*\)|\[.*\]|(['"])[^'"]*\4|True|False)\s*(?:,|$)/sy;
  const fields = new Map<string, string>();
  while (entry.lastIndex < inner.trimEnd().length) {
    const match = entry.exec(inner);
    if (match === null) throw fail("expected 'descr', 'fortran_order' and 'shape'");
    if (fields.has(match[2]!)) throw fail(`'${match[2]}' occurs twice`);
    fields.set(match[2]!, match[3]!);
  }
  const descr = fields.get("descr");
  const order = fields.get("fortran_order");
  const shape = fields.get("shape");
  if (fields.size !== 3 || descr === undefined || order === undefined || shape === undefined) {
    throw fail("expected 'descr', 'fortran_order' and 'shape'");
  }
  if (descr.startsWith("[")) throw fail("expected elements of one number, not records,");
  if (!/^['"]/.test(descr)) throw fail("expected a type in quotes");
  if (!/^(True|False)$/.test(order)) throw fail("expected fortran_order to be True or False");
  // One dimension is written (3,) and none ().
  if (!/^\((\s*|\s*\d+L?\s*(,\s*\d+L?\s*)*,?\s*)\)$/.test(shape) || /^\(\s*\d+L?\s*\)$/.test(shape)) {
    throw fail("expected shape to be a tuple of whole numbers");
  }
  const dims = [...shape.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  if (dims.length > MOST_DIMENSIONS || dims.some((d) => !Number.isSafeInteger(d))) {
    throw fail(`expected at most ${MOST_DIMENSIONS} dimensions below 2^53`);
  }
  return { descr: descr.slice(1, -1), fortran: order === "True", shape: dims };
}
