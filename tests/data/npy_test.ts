import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { DataError } from "../../data/data_error.ts";
import { encodeNpy, parseNpy } from "../../data/npy.ts";
import type { NpyDType, NpyTensor } from "../../data/npy_types.ts";

/** Returns a file as NumPy 2.4.6 writes it: magic, header of 118 bytes, then `body`. */
const numpyFile = (fields: string, body: string) => {
  const header = `${fields.padEnd(117)}\n`;
  const bytes = [
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    118,
    0,
    ...new TextEncoder().encode(header),
  ];
  return new Uint8Array([...bytes, ...Uint8Array.fromBase64(body)]);
};
/** Files that `np.save` of NumPy 2.4.6 wrote, and their arrays. */
const GOLDEN: readonly [what: string, file: Uint8Array<ArrayBuffer>, wanted: NpyTensor][] = [
  [
    "np.arange(6, dtype='<f4').reshape(2, 3) * 1.5",
    Uint8Array.fromBase64(
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAADAPwAAQEAAAJBAAADAQAAA8EA=",
    ),
    { dtype: "float32", shape: [2, 3], data: Float32Array.of(0, 1.5, 3, 4.5, 6, 7.5) },
  ],
  [
    "np.asfortranarray(np.arange(24, dtype='<f2').reshape(2, 3, 4))",
    Uint8Array.fromBase64(
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAABKAEQATABIAE0APIBKAEVATIBIQE0AQABLAEaATABJgE0AQoBLAEfATIBJwE0=",
    ),
    { dtype: "float16", shape: [2, 3, 4], data: Float16Array.from({ length: 24 }, (_, i) => i) },
  ],
  [
    "np.array([1, -2, 3], '>i4')",
    numpyFile("{'descr': '>i4', 'fortran_order': False, 'shape': (3,), }", "AAAAAf////4AAAAD"),
    { dtype: "int32", shape: [3], data: Int32Array.of(1, -2, 3) },
  ],
  [
    "np.array([True, False])",
    numpyFile("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", "AQA="),
    { dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) },
  ],
  [
    "np.array(7, dtype=np.uint64)",
    numpyFile("{'descr': '<u8', 'fortran_order': False, 'shape': (), }", "BwAAAAAAAAA="),
    { dtype: "uint64", shape: [], data: BigUint64Array.of(7n) },
  ],
  [
    "np.zeros((0, 3), np.int64)",
    numpyFile("{'descr': '<i8', 'fortran_order': False, 'shape': (0, 3), }", ""),
    { dtype: "int64", shape: [0, 3], data: new BigInt64Array(0) },
  ],
  [
    "np.arange(3, dtype='<i2') in format version 2.0",
    Uint8Array.fromBase64(
      "k05VTVBZAgB0AAAAeydkZXNjcic6ICc8aTInLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAEAAgA=",
    ),
    { dtype: "int16", shape: [3], data: Int16Array.of(0, 1, 2) },
  ],
];

for (const [what, file, wanted] of GOLDEN) {
  Deno.test(`parseNpy() reads ${what}`, () => assertEquals(parseNpy(file), wanted));
}

Deno.test("encodeNpy() writes the same bytes as np.save", () => {
  for (const [what, file, wanted] of GOLDEN) {
    if (/fortran|>i4|version/.test(what)) continue;
    assertEquals(encodeNpy(wanted), file, what);
  }
});

const ARRAYS = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float16: Float16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Arrays of any element type and shape, with any bits. */
const tensors = fc.tuple(
  fc.constantFrom(...Object.keys(ARRAYS) as NpyDType[]),
  fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
  fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
).map(([dtype, shape, bits]): NpyTensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  const bytes = Uint8Array.from(bits.take(size * ARRAYS[dtype].BYTES_PER_ELEMENT));
  return { dtype, shape, data: new ARRAYS[dtype](bytes.buffer) };
});

const bytesOf = ({ data }: NpyTensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Returns the file of a tensor with the element order or the byte order reversed, element by element. */
function written(t: NpyTensor, { fortran, big }: { fortran: boolean; big: boolean }): Uint8Array {
  const plain = encodeNpy(t);
  const start = plain.length - t.data.byteLength;
  let header = new TextDecoder().decode(plain.subarray(10, start));
  if (fortran) header = header.replace("False, ", "True,  ");
  if (big) header = header.replace("'<", "'>");
  const width = t.data.BYTES_PER_ELEMENT;
  const body = new Uint8Array(t.data.byteLength);
  for (let i = 0; i < t.data.length; i++) {
    let [rest, to, stride] = [i, 0, 1];
    const index = t.shape.toReversed().map((d) => {
      const at = rest % d;
      rest = Math.floor(rest / d);
      return at;
    }).reverse();
    t.shape.forEach((d, axis) => {
      to += index[axis]! * stride;
      stride *= d;
    });
    const element = bytesOf(t).slice(i * width, (i + 1) * width);
    body.set(big ? element.reverse() : element, (fortran ? to : i) * width);
  }
  return new Uint8Array([...plain.subarray(0, 10), ...new TextEncoder().encode(header), ...body]);
}

Deno.test("parseNpy() reads the files of encodeNpy(), in either order of elements and bytes", () => {
  fc.assert(fc.property(tensors, fc.boolean(), fc.boolean(), (t, fortran, big) => {
    const read = parseNpy(written(t, { fortran, big }));
    assertEquals([read.dtype, read.shape], [t.dtype, t.shape]);
    // Bits, not values: NaNs have more than one pattern.
    assertEquals(bytesOf(read), bytesOf(t));
  }));
});

Deno.test("parseNpy() reads a view that does not begin at its buffer's start, and copies it", () => {
  const file = encodeNpy({ dtype: "int32", shape: [2], data: Int32Array.of(1, -2) });
  const padded = new Uint8Array(file.length + 9);
  padded.set(file, 5);
  const read = parseNpy(padded.subarray(5, 5 + file.length));
  padded.fill(0);
  assertEquals(read.data, Int32Array.of(1, -2));
});

const sound = encodeNpy({ dtype: "float32", shape: [2, 3], data: new Float32Array(6) });
const REFUSALS: readonly [what: string, bytes: Uint8Array, message: string][] = [
  ["no bytes", new Uint8Array(0), "x.npy: not a .npy file: expected \\x93NUMPY at offset 0"],
  ["a zip", new TextEncoder().encode("PK\x03\x04 and more"), "not a .npy file"],
  ["a cut magic", sound.slice(0, 6), "format version at offset 6 must be 1, 2 or 3, got no byte"],
  ["version 9", sound.with(6, 9).slice(), "format version at offset 6 must be 1, 2 or 3, got 9"],
  ["a cut length", sound.slice(0, 9), "truncated at offset 9 within the length of the header"],
  ["a cut header", sound.slice(0, 60), "truncated at offset 60 within the header, which ends at 128"],
  [
    "cut elements",
    sound.slice(0, 140),
    "truncated at offset 140: [2, 3] float32 takes 24 bytes after the header, got 12",
  ],
  [
    "bytes left over",
    new Uint8Array([...sound, 1]),
    "bytes left over from offset 152: [2, 3] float32 takes 24 bytes",
  ],
  [
    "a header of 4 GiB",
    new Uint8Array([...sound.slice(0, 6), 2, 0, 255, 255, 255, 255]),
    "must be at most 65536 bytes, is 4294967295",
  ],
  ...([
    [
      "complex numbers",
      "{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }",
      "elements of type '<c8' are not supported: save the array as one of bool, int8",
    ],
    ["text", "{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }", "elements of type '<U2'"],
    ["objects", "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", "elements of type '|O'"],
    [
      "records",
      "{'descr': [('a', '<f4'), ('b', '<i2')], 'fortran_order': False, 'shape': (2,), }",
      "not records",
    ],
    ["no dictionary", "import os", "expected a dictionary in the header"],
    [
      "a missing key",
      "{'descr': '<f4', 'shape': (2,), }",
      "expected 'descr', 'fortran_order' and 'shape' in the header",
    ],
    ["a key twice", "{'descr': '<f4', 'descr': '<f4', 'shape': (2,), }", "'descr' occurs twice"],
    ["code for a shape", "{'descr': '<f4', 'fortran_order': False, 'shape': (f(2),), }", "expected 'descr'"],
    [
      "a negative dimension",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
      "tuple of whole numbers",
    ],
    [
      "a number for a shape",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2), }",
      "tuple of whole numbers",
    ],
    [
      "more than memory",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999, 9999999), }",
      "takes 399999920000004 bytes",
    ],
    [
      "a dimension above 2^53",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999,), }",
      "below 2^53",
    ],
  ] as const).map(([what, fields, message]) =>
    [what, numpyFile(fields, ""), message] as [string, Uint8Array, string]
  ),
];
for (const [what, bytes, message] of REFUSALS) {
  Deno.test(`parseNpy() names file and place for ${what}`, () => {
    const error = assertThrows(() => parseNpy(bytes, { name: "x.npy" }), DataError, message);
    assert(error.message.startsWith("x.npy: ") && !error.message.includes("\n"), error.message);
  });
}

Deno.test("parseNpy() reads or refuses any damaged file without another kind of error", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 8,
      }),
      (changes) => {
        const bytes = sound.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          parseNpy(bytes);
        } catch (error) {
          assert(error instanceof DataError, String(error));
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("encodeNpy() refuses a shape that does not match the elements", () => {
  assertThrows(
    () => encodeNpy({ dtype: "int8", shape: [2], data: new Int8Array(3) }),
    RangeError,
    "hold 3 elements, got [2]",
  );
});
