import { assertEquals, assertRejects } from "@std/assert";
import { DataError, encodeNpy, type NpyTensor } from "../../../mod.ts";
import { readTolstoi } from "../../../scripts/benchmark/deepobs/tolstoi.ts";
import { inFolder } from "../process.ts";

/** The bytes that `np.save` of NumPy 2.4.6 writes for `np.array([5, 0, 82])`. */
const SAVED =
  "k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoFAAAAAAAAAAAAAAAAAAAAUgAAAAAAAAA=";

Deno.test("readTolstoi() reads DeepOBS's arrays, in either place, before the text", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/tolstoi`);
    await Deno.writeFile(`${folder}/tolstoi/train.npy`, Uint8Array.fromBase64(SAVED));
    await Deno.writeFile(
      `${folder}/tolstoi/test.npy`,
      encodeNpy({ dtype: "uint8", shape: [2], data: Uint8Array.of(1, 2) }),
    );
    await Deno.writeTextFile(`${folder}/tolstoi/input.txt`, "not read");
    assertEquals(await readTolstoi(folder), { train: Uint8Array.of(5, 0, 82), test: Uint8Array.of(1, 2) });
    assertEquals(await readTolstoi(`${folder}/tolstoi/`), {
      train: Uint8Array.of(5, 0, 82),
      test: Uint8Array.of(1, 2),
    });
  }));

Deno.test("readTolstoi() refuses numbers that are no characters, and arrays of another form", () =>
  inFolder(async (folder) => {
    const cases: [NpyTensor, string][] = [
      [{ dtype: "int32", shape: [2], data: Int32Array.of(3, 83) }, "character 1 must be in [0, 82], got 83"],
      [{ dtype: "int64", shape: [1], data: BigInt64Array.of(-1n) }, "character 0 must be in [0, 82], got -1"],
      [
        { dtype: "float32", shape: [1], data: Float32Array.of(1) },
        "must hold integers of one dimension, got float32 [1]",
      ],
      [
        { dtype: "int8", shape: [1, 2], data: Int8Array.of(1, 2) },
        "integers of one dimension, got int8 [1, 2]",
      ],
    ];
    await Deno.writeFile(`${folder}/test.npy`, Uint8Array.fromBase64(SAVED));
    for (const [array, message] of cases) {
      await Deno.writeFile(`${folder}/train.npy`, encodeNpy(array));
      await assertRejects(() => readTolstoi(folder), DataError, `${folder}/train.npy: `);
      await assertRejects(() => readTolstoi(folder), DataError, message);
    }
    await Deno.writeFile(`${folder}/train.npy`, Uint8Array.fromBase64(SAVED).slice(0, -3));
    await assertRejects(() => readTolstoi(folder), DataError, "truncated");
    await Deno.remove(`${folder}/train.npy`);
    await Deno.mkdir(`${folder}/train.npy`);
    await assertRejects(() => readTolstoi(folder), DataError, `${folder}/train.npy: `);
  }));
