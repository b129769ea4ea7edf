/**
 * Arrays of a MAT-file.
 *
 * @module
 */
import { DataError } from "./data_error.ts";
import { elementAt, MAT_TYPES, type MatBytes, type MatElement } from "./mat_element.ts";

/** The elements of an array. */
export type MatData =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** An array of real numbers with its name. */
export interface NamedMatArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** The elements, the first dimension fastest (column-major). */
  readonly data: MatData;
}

/** A kind of numbers. */
interface Kind {
  readonly Array: { new (buffer: ArrayBuffer): MatData; readonly BYTES_PER_ELEMENT: number };
  readonly get: (view: DataView, at: number) => number;
}

const [INT8, UINT8, INT16, UINT16, INT32, UINT32, SINGLE, DOUBLE]: readonly Kind[] = [
  { Array: Int8Array, get: (v, at) => v.getInt8(at) },
  { Array: Uint8Array, get: (v, at) => v.getUint8(at) },
  { Array: Int16Array, get: (v, at) => v.getInt16(at, true) },
  { Array: Uint16Array, get: (v, at) => v.getUint16(at, true) },
  { Array: Int32Array, get: (v, at) => v.getInt32(at, true) },
  { Array: Uint32Array, get: (v, at) => v.getUint32(at, true) },
  { Array: Float32Array, get: (v, at) => v.getFloat32(at, true) },
  { Array: Float64Array, get: (v, at) => v.getFloat64(at, true) },
] as const;

/** The kinds of stored numbers, by the type of their element. */
const STORED: Readonly<Record<number, Kind | undefined>> = {
  1: INT8,
  2: UINT8,
  3: INT16,
  4: UINT16,
  5: INT32,
  6: UINT32,
  7: SINGLE,
  9: DOUBLE,
};

/** The kinds of numbers in an array, by its class. */
const CLASSES: Readonly<Record<number, Kind | undefined>> = {
  6: DOUBLE,
  7: SINGLE,
  8: INT8,
  9: UINT8,
  10: INT16,
  11: UINT16,
  12: INT32,
  13: UINT32,
};

/** The contents of the other classes, in words. */
const REFUSED: Readonly<Record<number, string | undefined>> = {
  1: "cells",
  2: "structures",
  3: "objects",
  4: "text",
  5: "sparse numbers",
  14: "int64",
  15: "uint64",
  16: "functions",
  17: "objects",
};

/** The flag of complex numbers. */
const COMPLEX = 0x800;

/** Returns the array in an element. @throws {DataError} if it is no array of real numbers of these kinds, or damaged. */
export function matArray(file: MatBytes, { at, type, start, size }: MatElement): NamedMatArray {
  const fail = (what: string) => new DataError(`${file.name}: ${what}`);
  if (type !== MAT_TYPES.matrix) throw fail(`expected an array (type 14) at offset ${at}, got type ${type}`);
  const end = start + size;
  const flags = partAt(file, { at: start, end, type: MAT_TYPES.uint32, what: "the array's flags" });
  if (flags.size !== 8) {
    throw fail(`the array's flags at offset ${flags.at} must have 8 bytes, got ${flags.size}`);
  }
  const dimensions = partAt(file, {
    at: flags.next,
    end,
    type: MAT_TYPES.int32,
    what: "the array's dimensions",
  });
  const title = partAt(file, { at: dimensions.next, end, type: MAT_TYPES.int8, what: "the array's name" });
  const name = new TextDecoder("latin1").decode(
    file.bytes.subarray(title.start, title.start + title.size),
  );
  const word = file.view.getUint32(flags.start, true);
  const kind = CLASSES[word & 0xff];
  if (kind === undefined || (word & COMPLEX) !== 0) {
    const what = kind === undefined ? REFUSED[word & 0xff] ?? `class ${word & 0xff}` : "complex numbers";
    throw fail(`array '${name}' at offset ${at} holds ${what}, which are not supported`);
  }
  const shape = shapeOf(file, dimensions);
  const numbers = elementAt(file, { at: title.next, end });
  return { name, shape, data: numbersOf(file, numbers, { name, shape, kind }) };
}

/** Returns an element that must have a type. */
function partAt(
  file: MatBytes,
  { at, end, type, what }: { at: number; end: number; type: number; what: string },
): MatElement {
  const element = elementAt(file, { at, end });
  if (element.type === type) return element;
  throw new DataError(
    `${file.name}: expected ${what} (type ${type}) at offset ${at}, got type ${element.type}`,
  );
}

function shapeOf({ view, name }: MatBytes, { at, start, size }: MatElement): number[] {
  const shape = Array.from({ length: Math.floor(size / 4) }, (_, i) => view.getInt32(start + 4 * i, true));
  const count = shape.reduce((a, b) => a * b, 1);
  if (size % 4 === 0 && shape.length >= 2 && shape.every((d) => d >= 0) && Number.isSafeInteger(count)) {
    return shape;
  }
  throw new DataError(
    `${name}: the dimensions at offset ${at} must be two or more counts, got [${shape.join(", ")}]`,
  );
}

function numbersOf(
  { bytes, view, name: file }: MatBytes,
  { at, type, start, size }: MatElement,
  { name, shape, kind }: { name: string; shape: readonly number[]; kind: Kind },
): MatData {
  const stored = STORED[type];
  if (stored === undefined) {
    throw new DataError(`${file}: the numbers of array '${name}' at offset ${at} have unknown type ${type}`);
  }
  const count = shape.reduce((a, b) => a * b, 1);
  const width = stored.Array.BYTES_PER_ELEMENT;
  if (count * width !== size) {
    throw new DataError(
      `${file}: array '${name}' at offset ${at}: [${shape.join(", ")}] takes ${
        count * width
      } bytes, got ${size}`,
    );
  }
  if (stored === kind) return new kind.Array(new Uint8Array(bytes.subarray(start, start + size)).buffer);
  // MATLAB stores numbers in a smaller type where all of them fit into it.
  const data = new kind.Array(new ArrayBuffer(count * kind.Array.BYTES_PER_ELEMENT));
  for (let i = 0; i < count; i++) data[i] = stored.get(view, start + width * i);
  return data;
}
