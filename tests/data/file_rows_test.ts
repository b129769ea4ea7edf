import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../data/data_error.ts";
import { openFileRows } from "../../data/file_rows.ts";
import { encodeNpy } from "../../data/npy.ts";
import { openNpyRows } from "../../data/npy_rows.ts";

async function temporary(bytes: Uint8Array): Promise<string & Disposable> {
  const path = await Deno.makeTempFile({ suffix: ".bin" });
  await Deno.writeFile(path, bytes);
  return Object.assign(path, { [Symbol.dispose]: () => Deno.removeSync(path) });
}

Deno.test("openFileRows() reads rows in the requested order, adjacent or not", async () => {
  const all = Float32Array.from({ length: 40 }, (_, i) => i / 8);
  using path = await temporary(new Uint8Array(all.buffer));
  await using rows = await openFileRows(`${path}`, { dtype: "float32", shape: [10, 2, 2] });
  const asked = [3, 4, 5, 9, 0, 1, 8];
  assertEquals(
    await rows.read(Uint32Array.from(asked)),
    Float32Array.from(asked.flatMap((r) => [...all.subarray(4 * r, 4 * r + 4)])),
  );
});

Deno.test("openFileRows() skips bytes between rows, such as the labels of CIFAR-10's records", async () => {
  using path = await temporary(Uint8Array.of(7, 1, 2, 7, 3, 4, 7, 5, 6));
  await using pixels = await openFileRows(`${path}`, {
    dtype: "uint8",
    shape: [3, 2],
    offset: 1,
    stride: 3,
  });
  assertEquals(await pixels.read(Uint32Array.of(1, 2, 0)), Uint8Array.of(3, 4, 5, 6, 1, 2));
});

Deno.test("openFileRows() answers many simultaneous calls, each with its own rows", async () => {
  using path = await temporary(Uint8Array.from({ length: 200 }, (_, i) => i));
  await using rows = await openFileRows(`${path}`, { dtype: "uint8", shape: [200] });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => rows.read(Uint32Array.of(199 - i))),
  );
  assertEquals(answers.map(([v]) => v), Array.from({ length: 200 }, (_, i) => 199 - i));
});

Deno.test("openFileRows() names the file and what is wrong", async () => {
  using path = await temporary(new Uint8Array(20));
  const open = (options: object) =>
    openFileRows(`${path}`, { dtype: "float32", shape: [5], ...options } as never);
  await assertRejects(
    () => open({ shape: [6] }),
    DataError,
    "[6] float32 from offset 0 take 24 bytes, it has 20",
  );
  await assertRejects(() => open({ dtype: "complex64" }), RangeError, "dtype must be one of bool, int8");
  await assertRejects(() => open({ shape: [] }), RangeError, "shape must be [rows, …], each at least 1");
  await assertRejects(() => open({ shape: [1, 0] }), RangeError, "shape must be [rows, …]");
  await assertRejects(() => open({ stride: 3 }), RangeError, "stride must be at least 4");
  await assertRejects(() => open({ offset: -1 }), RangeError, "offset must be");
  await using rows = await open({});
  await assertRejects(() => rows.read(Uint32Array.of(0, 5)), RangeError, "rows must be in 0..4, got 5");
  await Deno.truncate(`${path}`, 10);
  await assertRejects(
    () => rows.read(Uint32Array.of(1, 2, 3)),
    DataError,
    "the file ends at offset 10, within the rows from 1 on",
  );
  assertEquals(await rows.read(Uint32Array.of(0)), Float32Array.of(0));
  await rows.close();
  await assertRejects(() => rows.read(Uint32Array.of(0)), DataError, "closed");
});

Deno.test("openNpyRows() reads files of NumPy, and refuses scattered rows and the other byte order", async () => {
  const x = { dtype: "int64", shape: [3, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n) } as const;
  const bytes = encodeNpy(x);
  using path = await temporary(bytes);
  await using rows = await openNpyRows(`${path}`);
  assertEquals([rows.dtype, rows.shape], ["int64", [3, 2]]);
  assertEquals(await rows.read(Uint32Array.of(2, 0)), BigInt64Array.of(5n, 6n, 1n, 2n));
  const changed = (from: string, to: string) => {
    const text = String.fromCharCode(...bytes).replace(from, to);
    return temporary(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  };
  using columns = await changed("False", "True ");
  await assertRejects(() => openNpyRows(`${columns}`), DataError, "np.ascontiguousarray");
  using big = await changed("<i8", ">i8");
  await assertRejects(() => openNpyRows(`${big}`), DataError, "big-endian");
  using short = await temporary(bytes.subarray(0, bytes.length - 1));
  await assertRejects(() => openNpyRows(`${short}`), DataError, "it has");
});
