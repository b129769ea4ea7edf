import { DataError } from "./data_error.ts";

/** Element types that a `.npy` file may hold and a tensor can. */
export type NpyDType =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float16"
  | "float32"
  | "float64";

/** Typed arrays that hold them; `bool` is 0 and 1 in a `Uint8Array`. */
export type NpyData =
  | Float64Array
  | Float32Array
  | Float16Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** An array of NumPy; a `Tensor` of the graph layer, as far as types go. */
export interface NpyTensor {
  /** The element type, that of `data`. */
  readonly dtype: NpyDType;
  /** The dimensions, outermost first; `[]` for a scalar. */
  readonly shape: readonly number[];
  /** The elements in row-major order. */
  readonly data: NpyData;
}

/** Options of {@linkcode parseNpy}. */
export interface NpyOptions {
  /** What the bytes are called in errors, such as a path. `"npy data"` by default. */
  readonly name?: string;
}

type Constructor = new (buffer: ArrayBuffer) => NpyData;

/** Kind and bytes of an element, as NumPy writes them after the byte order. */
const TYPES: Readonly<Record<string, readonly [NpyDType, Constructor]>> = {
  b1: ["bool", Uint8Array],
  i1: ["int8", Int8Array],
  i2: ["int16", Int16Array],
  i4: ["int32", Int32Array],
  i8: ["int64", BigInt64Array],
  u1: ["uint8", Uint8Array],
  u2: ["uint16", Uint16Array],
  u4: ["uint32", Uint32Array],
  u8: ["uint64", BigUint64Array],
  f2: ["float16", Float16Array],
  f4: ["float32", Float32Array],
  f8: ["float64", Float64Array],
};

const MAGIC = [0x93, ...new TextEncoder().encode("NUMPY")];
/** A header names a type and a few dimensions; no more than this is read of it. */
const LONGEST_HEADER = 65536;
/** NumPy's own bound on the rank since version 2. */
const MOST_DIMENSIONS = 64;

/**
 * An array from a `.npy` file of NumPy, format versions 1 to 3: any order of bytes, row-major or column-major; the result
 * is row-major, in memory of its own.
 *
 * @param bytes the whole file
 * @throws {DataError} for a file that is no `.npy` file, a damaged header, an element type that no tensor has (complex,
 * text, objects, records), and for more or fewer bytes than the shape takes; the offset is named.
 *
 * @example
 * ```ts
 * import { encodeNpy, parseNpy } from "./npy.ts";
 * import { assertEquals } from "@std/assert";
 * const x = { dtype: "float32", shape: [2, 1], data: Float32Array.of(1, 2) } as const;
 * assertEquals(parseNpy(encodeNpy(x)), x);
 * ```
 *
 * @see NumPy Enhancement Proposal 1 and `numpy.lib.format`.
 */
export function parseNpy(bytes: Uint8Array, options: NpyOptions = {}): NpyTensor {
  const { name = "npy data" } = options;
  const { text, end } = headerOf(bytes, name);
  const { descr, fortran, shape } = fieldsOf(text, name);
  const type = TYPES[descr.slice(1)];
  if (type === undefined || !/^[<>|=]/.test(descr)) {
    throw new DataError(
      `${name}: elements of type '${descr}' are not supported: save the array as one of ${
        Object.values(TYPES).map(([dtype]) => dtype).join(", ")
      }, say with x.astype("float32")`,
    );
  }
  const [dtype, Array] = type;
  const width = Number(descr.slice(2));
  const wanted = shape.reduce((a, b) => a * b, 1) * width;
  const got = bytes.length - end;
  if (got !== wanted) {
    const where = got < wanted
      ? `truncated at offset ${bytes.length}`
      : `bytes left over from offset ${end + wanted}`;
    throw new DataError(
      `${name}: ${where}: [${shape.join(", ")}] ${dtype} takes ${wanted} bytes after the header, got ${got}`,
    );
  }
  const body = bytes.slice(end);
  if (descr.startsWith(">")) swap(body, width);
  const ordered = fortran ? rowMajor(body, { shape, width }) : body;
  return { dtype, shape, data: new Array(ordered.buffer) };
}

function headerOf(bytes: Uint8Array, name: string): { text: string; end: number } {
  if (MAGIC.some((b, i) => bytes[i] !== b)) {
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
    if (fields.has(match[2]!)) throw fail(`'${match[2]}' stands twice`);
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

/** Reverses the bytes of each element. */
function swap(bytes: Uint8Array, width: number): void {
  for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse();
}

/** Elements of `width` bytes from column-major to row-major order. */
function rowMajor(
  bytes: Uint8Array<ArrayBuffer>,
  { shape, width }: { shape: readonly number[]; width: number },
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length);
  const strides: number[] = [];
  shape.reduce((stride, d, i) => (strides[i] = stride, stride * d), width);
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < bytes.length; to += width) {
    for (let b = 0; b < width; b++) result[to + b] = bytes[from + b]!;
    // The next index, the last dimension fastest, and where its element stands.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/**
 * An array as a `.npy` file, format version 1, little-endian and row-major: the bytes that `np.save` writes.
 *
 * @throws {RangeError} when the shape does not hold as many elements as there are, or has more than 64 dimensions.
 */
export function encodeNpy({ dtype, shape, data }: NpyTensor): Uint8Array<ArrayBuffer> {
  const wanted = shape.reduce((a, b) => a * b, 1);
  if (wanted !== data.length || shape.length > MOST_DIMENSIONS) {
    throw new RangeError(
      `shape must have at most ${MOST_DIMENSIONS} dimensions and hold ${data.length} elements, got [${
        shape.join(", ")
      }]`,
    );
  }
  const [code] = Object.entries(TYPES).find(([, [name]]) => name === dtype)!;
  const order = code.endsWith("1") ? "|" : "<";
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const fields = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': (${dims}), }`;
  // NumPy leaves room for a first dimension of 21 digits, and then spaces up to a newline that ends at a multiple of 64.
  const spare = shape.length === 0 ? 0 : 21 - String(shape[0]).length;
  const end = Math.floor((10 + fields.length + spare + 1) / 64) * 64 + 64;
  const header = new TextEncoder().encode(`${fields.padEnd(end - 11)}\n`);
  const bytes = new Uint8Array(end + data.byteLength);
  bytes.set([...MAGIC, 1, 0, header.length & 255, header.length >>> 8]);
  bytes.set(header, 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), end);
  return bytes;
}
