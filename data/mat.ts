/**
 * Arrays in MAT-files of version 5, the format of MATLAB's `save -v6` and `-v7` and of SciPy's `savemat`.
 *
 * @module
 */
import { inflateWithin } from "../files/mod.ts";
import { DataError } from "./data_error.ts";
import { matArray, type NamedMatArray } from "./mat_array.ts";
import { elementAt, MAT_TYPES, type MatBytes } from "./mat_element.ts";

/** Bytes before the first element. */
const HEADER = 128;

/** The byte order mark of a little-endian file, and the file's version, as a number of four bytes. */
const LITTLE_ENDIAN_5 = 0x4d49_0100;

/**
 * Returns the arrays of a MAT-file of version 5 by name: real numbers of up to 32 bits, or of float64.
 *
 * @param options.name the name of the bytes in errors
 * @param options.maxBytes how many bytes a compressed array may swell to
 * @throws {DataError} for another version or byte order, for arrays that hold something else (cells, structures, objects, text,
 * sparse or complex numbers, integers of 64 bits), and for damage; the offset is named.
 *
 * @see The MathWorks: MAT-File Format.
 */
export async function matArrays(
  bytes: Uint8Array<ArrayBuffer>,
  { name, maxBytes }: { name: string; maxBytes: number },
): Promise<Readonly<Record<string, NamedMatArray>>> {
  checkHeader(bytes, name);
  const file: MatBytes = { bytes, view: viewOf(bytes), name };
  const found: NamedMatArray[] = [];
  for (let at = HEADER; at < bytes.length;) {
    const element = elementAt(file, { at, end: bytes.length });
    if (element.type === MAT_TYPES.compressed) {
      const part = bytes.subarray(element.start, element.start + element.size);
      const inner = await inflated(part, { name: `${name}: the array at offset ${at}`, maxBytes });
      const whole = {
        bytes: inner,
        view: viewOf(inner),
        name: `${name}: in the compressed array at offset ${at}`,
      };
      found.push(matArray(whole, elementAt(whole, { at: 0, end: inner.length })));
    } else found.push(matArray(file, element));
    at = element.next;
  }
  return Object.fromEntries(found.map((array) => [array.name, array]));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function checkHeader(bytes: Uint8Array, name: string): void {
  const begin = new TextDecoder("latin1").decode(bytes.subarray(0, 10));
  if (begin === "MATLAB 7.3") {
    throw new DataError(`${name}: is a MAT-file of version 7.3, that is, HDF5: save it with -v7`);
  }
  if (bytes.length < HEADER) {
    throw new DataError(
      `${name}: truncated at offset ${bytes.length} within the header of a MAT-file, which ends at ${HEADER}`,
    );
  }
  const mark = viewOf(bytes).getUint32(124, true);
  if (mark === LITTLE_ENDIAN_5) return;
  const big = bytes[126] === 0x4d && bytes[127] === 0x49;
  throw new DataError(
    big
      ? `${name}: is a big-endian MAT-file, which is not supported: save it on another machine`
      : `${name}: not a MAT-file of version 5: expected bytes 00 01 49 4d at offset 124`,
  );
}

/** Returns what zlib compressed, whole. */
async function inflated(
  bytes: Uint8Array<ArrayBuffer>,
  { name, maxBytes }: { name: string; maxBytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const inflated = await inflateWithin("inflate", bytes, { maxBytes });
  if (!("fault" in inflated)) return inflated.output;
  const what = inflated.fault === "too large"
    ? `${name} holds more than the ${maxBytes} bytes that are allowed`
    : `${name}: compressed data damaged or truncated`;
  throw new DataError(what, { cause: inflated.cause });
}
