/**
 * Elements of a MAT-file: a type, a size and bytes.
 *
 * @module
 */
import { DataError } from "./data_error.ts";

/** The types of elements that stand for themselves. */
export const MAT_TYPES = { int8: 1, int32: 5, uint32: 6, matrix: 14, compressed: 15 } as const;

/** Bytes that hold elements. */
export interface MatBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same bytes. */
  readonly view: DataView;
  /** Their name in errors. */
  readonly name: string;
}

/** An element: where its bytes are. */
export interface MatElement {
  /** The offset of its type. */
  readonly at: number;
  readonly type: number;
  /** The offset of its bytes. */
  readonly start: number;
  /** The number of its bytes. */
  readonly size: number;
  /** The offset of the next element. */
  readonly next: number;
}

/**
 * Returns the element at an offset of what ends at another.
 *
 * @throws {DataError} if it does not fit in there.
 */
export function elementAt({ view, name }: MatBytes, { at, end }: { at: number; end: number }): MatElement {
  const fail = (what: string) => new DataError(`${name}: ${what}`);
  if (at + 8 > end) throw fail(`truncated at offset ${end} within the tag of an element at ${at}`);
  const word = view.getUint32(at, true);
  // Up to four bytes share the tag's eight: their number is in the upper half of the type.
  const small = word >>> 16;
  if (small > 4) throw fail(`a small element at offset ${at} must have at most 4 bytes, got ${small}`);
  if (small > 0) return { at, type: word & 0xffff, start: at + 4, size: small, next: at + 8 };
  const size = view.getUint32(at + 4, true);
  const start = at + 8;
  if (start + size > end) {
    throw fail(`truncated: the element at offset ${at} ends at ${start + size}, what holds it at ${end}`);
  }
  // Elements begin at multiples of eight, but for those behind compressed ones.
  const padding = word === MAT_TYPES.compressed ? 0 : (8 - size % 8) % 8;
  return { at, type: word, start, size, next: Math.min(start + size + padding, end) };
}
