import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../data/data_error.ts";
import { matArrays } from "../../data/mat.ts";

const file = (name: string) => Deno.readFile(new URL(`../golden/mat/${name}.mat`, import.meta.url));
const options = { name: "a.mat", maxBytes: 100_000 };

/** The arrays that `tools/golden/mat.py` writes, the first dimension fastest. */
const NUMBERS = {
  double: { shape: [2, 3], data: Float64Array.of(1.5, 0, -2, Infinity, 1e300, 3) },
  single: { shape: [1, 2], data: Float32Array.of(0.1, 2) },
  i1: { shape: [2, 1], data: Int8Array.of(-128, 127) },
  i2: { shape: [1, 3], data: Int16Array.of(-32768, 5, 6) },
  u2: { shape: [1, 1], data: Uint16Array.of(65535) },
  i4: { shape: [1, 2], data: Int32Array.of(-(2 ** 31), 7) },
  u4: { shape: [1, 1], data: Uint32Array.of(2 ** 32 - 1) },
  cube: {
    shape: [2, 3, 4],
    data: Uint8Array.from(
      { length: 24 },
      (_, i) => (i % 2) * 12 + (Math.floor(i / 2) % 3) * 4 + Math.floor(i / 6),
    ),
  },
  empty: { shape: [0, 3], data: new Float64Array(0) },
};

for (const name of ["numbers", "numbers_compressed"]) {
  Deno.test(`matArrays() reads SciPy's ${name}.mat`, async () => {
    const arrays = await matArrays(await file(name), options);
    assertEquals(Object.keys(arrays), Object.keys(NUMBERS));
    for (const [name, array] of Object.entries(NUMBERS)) assertEquals(arrays[name], { name, ...array });
  });
}

Deno.test("matArrays() widens numbers that are stored in a smaller type, as MATLAB does", async () => {
  const bytes = await file("numbers");
  // The first array's numbers: 48 bytes of float64 (type 9), behind a tag. Its first three become int16, in one element.
  const view = new DataView(bytes.buffer);
  const at = 128 + 8 + 16 + 16 + 16;
  assertEquals([view.getUint32(at, true), view.getUint32(at + 4, true)], [9, 48]);
  view.setUint32(at, 3, true);
  view.setUint32(at + 4, 12, true);
  [3, -4, 500, 6, -7, 32767].forEach((v, i) => view.setInt16(at + 8 + 2 * i, v, true));
  const arrays = await matArrays(bytes, options);
  assertEquals(arrays.double, {
    name: "double",
    shape: [2, 3],
    data: Float64Array.of(3, -4, 500, 6, -7, 32767),
  });
});

for (
  const [name, what] of [
    ["cell", "cells"],
    ["struct", "structures"],
    ["text", "text"],
    ["complex", "complex numbers"],
    ["int64", "int64"],
  ] as const
) {
  Deno.test(`matArrays() refuses ${what} by name`, async () => {
    const bytes = await file(`refused_${name}`);
    const message = `a.mat: array 'value' at offset 128 holds ${what}, which are not supported`;
    await assertRejects(() => matArrays(bytes, options), DataError, message);
  });
}

Deno.test("matArrays() refuses other versions and byte orders by name", async () => {
  const bytes = await file("numbers");
  const changed = (change: (copy: Uint8Array<ArrayBuffer>) => void) => {
    const copy = bytes.slice();
    change(copy);
    return copy;
  };
  const cases: [Uint8Array<ArrayBuffer>, string][] = [
    [
      changed((b) => b.set(new TextEncoder().encode("MATLAB 7.3"))),
      "version 7.3, that is, HDF5: save it with -v7",
    ],
    [changed((b) => b.set([1, 0, 0x4d, 0x49], 124)), "big-endian MAT-file, which is not supported"],
    [changed((b) => b.set([0, 2], 124)), "not a MAT-file of version 5"],
    [bytes.slice(0, 100), "truncated at offset 100 within the header"],
    [new Uint8Array(0), "truncated at offset 0"],
  ];
  for (const [b, message] of cases) await assertRejects(() => matArrays(b, options), DataError, message);
});

Deno.test("matArrays() reports every truncation as damage, and what swells beyond the limit", async () => {
  for (const name of ["numbers", "numbers_compressed"]) {
    const bytes = await file(name);
    const names = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[];
    let read = 0;
    for (let end = 0; end < bytes.length; end++) {
      const arrays = await matArrays(bytes.slice(0, end), options).catch((error) => error);
      if (arrays instanceof Error) {
        assert(arrays instanceof DataError, `${name}, ${end}: ${arrays.stack}`);
        continue;
      }
      // Between two arrays a file may end: what was read is then right.
      read += 1;
      const found = Object.keys(arrays);
      assertEquals(found, names.slice(0, found.length));
      for (const n of names.slice(0, found.length)) assertEquals(arrays[n], { name: n, ...NUMBERS[n] });
    }
    assertEquals(read, names.length, name);
  }
  const compressed = await file("numbers_compressed");
  await assertRejects(
    () => matArrays(compressed, { ...options, maxBytes: 50 }),
    DataError,
    "a.mat: the array at offset 128 holds more than the 50 bytes that are allowed",
  );
});

Deno.test("matArrays() reports every changed byte as damage, or reads on", async () => {
  const bytes = await file("numbers");
  for (let at = 124; at < bytes.length; at++) {
    const copy = bytes.slice();
    copy[at]! ^= 0x55;
    const result = await matArrays(copy, options).catch((error) => error);
    if (result instanceof Error) assert(result instanceof DataError, `${at}: ${result.stack}`);
  }
});
