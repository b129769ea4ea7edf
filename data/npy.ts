import { checkOptions, type OptionNames } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import type { NpyTensor } from "./npy_types.ts";
import { MOST_DIMENSIONS, NPY_MAGIC, NPY_TYPES, npyHeader } from "./npy_header.ts";

/** Options of {@linkcode parseNpy}. */
export interface NpyOptions {
  /** The name of the bytes in errors, such as a path. `"npy data"` by default. */
  readonly name?: string;
}

const NPY_OPTIONS = { name: false } satisfies OptionNames<NpyOptions>;

/**
 * Parses a `.npy` file of NumPy, format versions 1 to 3: any order of bytes, row-major or column-major. The result is
 * row-major, in its own memory.
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
  checkOptions("parseNpy", options, NPY_OPTIONS);
  const { name = "npy data" } = options;
  const { dtype, Array, descr, width, fortran, shape, end } = npyHeader(bytes, name);
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
  // Not slice(): that of a Buffer of Node shares its memory.
  const body = new Uint8Array(bytes.subarray(end));
  if (descr.startsWith(">")) swap(body, width);
  const ordered = fortran ? rowMajor(body, { shape, width }) : body;
  return { dtype, shape, data: new Array(ordered.buffer) };
}

/** Reverses the bytes of each element. */
function swap(bytes: Uint8Array, width: number): void {
  for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse();
}

/** Returns elements of `width` bytes from column-major to row-major order. */
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
    // The next index, the last dimension fastest, and the place of its element.
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
 * Encodes an array as a `.npy` file, format version 1, little-endian and row-major: the bytes that `np.save` writes.
 *
 * @throws {RangeError} when the shape does not hold as many elements as there are, or has more than 64 dimensions.
 *
 * @example
 * ```ts
 * import { encodeNpy } from "./npy.ts";
 * import { assertEquals } from "@std/assert";
 * const bytes = encodeNpy({ dtype: "int8", shape: [3], data: Int8Array.of(1, 2, 3) });
 * assertEquals([bytes.length, ...bytes.subarray(-3)], [131, 1, 2, 3]);
 * ```
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
  const [code] = Object.entries(NPY_TYPES).find(([, [name]]) => name === dtype)!;
  const order = code.endsWith("1") ? "|" : "<";
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const fields = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': (${dims}), }`;
  // NumPy leaves room for a first dimension of 21 digits, and then spaces up to a newline that ends at a multiple of 64.
  const spare = shape.length === 0 ? 0 : 21 - String(shape[0]).length;
  const end = Math.floor((10 + fields.length + spare + 1) / 64) * 64 + 64;
  const header = new TextEncoder().encode(`${fields.padEnd(end - 11)}\n`);
  const bytes = new Uint8Array(end + data.byteLength);
  bytes.set([...NPY_MAGIC, 1, 0, header.length & 255, header.length >>> 8]);
  bytes.set(header, 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), end);
  return bytes;
}
