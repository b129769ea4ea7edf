import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { matArrays } from "../../data/mat.ts";
import { encodeNpy, parseIdx, parseNpy } from "../../data/mod.ts";
import { encodeModel, parseModel, tensorOf } from "../../onnx/mod.ts";
import { mlp } from "../../models/mod.ts";
import { encodeSafetensors, parseSafetensors } from "../../runtime/mod.ts";

// `fs.readFile` of Node returns a Buffer, whose `slice` shares memory, often with other Buffers.
const asBuffer = (bytes: Uint8Array): Buffer<ArrayBuffer> => {
  const shared = new Uint8Array(bytes.length + 24);
  shared.set(bytes, 8);
  return Buffer.from(shared.buffer, 8, bytes.length);
};

Deno.test("safetensors and models are the same from a Buffer as from a Uint8Array", () => {
  const tensors = {
    a: tensorOf([1, 2, 3]),
    b: tensorOf([4, 5], [2], "int8"),
    c: tensorOf([6, 7], [2], "int64"),
  };
  const file = encodeSafetensors(tensors);
  assertEquals(parseSafetensors(asBuffer(file)).tensors, tensors);
  const model = encodeModel(mlp({ inputs: 3, hidden: [2], outputs: 1 }));
  assertEquals(encodeModel(parseModel(asBuffer(model))), model);
});

Deno.test("arrays of NumPy and IDX files are the same from a Buffer as from a Uint8Array", async () => {
  const array = { dtype: "float64", shape: [2], data: Float64Array.of(1, 2) } as const;
  assertEquals(parseNpy(asBuffer(encodeNpy(array))), array);
  const idx = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3);
  assertEquals(await parseIdx(asBuffer(idx)), await parseIdx(idx));
});

Deno.test("MAT files, compressed or not, are the same from a Buffer as from a Uint8Array", async () => {
  for (const name of ["numbers", "numbers_compressed"]) {
    const bytes = await Deno.readFile(new URL(`../golden/mat/${name}.mat`, import.meta.url));
    const options = { name, maxBytes: 1e6 };
    assertEquals(await matArrays(asBuffer(bytes), options), await matArrays(bytes, options));
  }
});
