import { assertEquals } from "@std/assert";
import { adam } from "../../optim/rules/adam.ts";
import { chunkSize } from "../../runtime/program/chunk_size.ts";
import { fit } from "../../runtime/training/fit.ts";
import type { RowSource } from "../../runtime/program/row_source.ts";
import { data, model } from "./problem.ts";

const compiled = {
  form: "scan",
  masks: [],
  draws: [],
  noises: [],
  parameters: { w: { dtype: "float32", shape: [2] } },
  buffers: {},
  trace: { state: [] },
} as const;
const base = { data: data(), batchSize: 8, gradientsPerUpdate: 1 };
const mask = (elements: number) => ({
  name: "drop",
  ratio: 0.5,
  size: (batchSize: number) => batchSize * elements,
  draw: () => new Uint8Array(),
});

Deno.test("chunkSize() is 64, or less if the host's data for a run would take more than 64 MiB", () => {
  assertEquals(chunkSize(compiled, base), 64);
  assertEquals(chunkSize({ ...compiled, masks: [mask(2 ** 17)] }, base), 64);
  assertEquals(chunkSize({ ...compiled, masks: [mask(2 ** 17), mask(2 ** 17)] }, base), 32);
  assertEquals(chunkSize({ ...compiled, masks: [mask(2 ** 20)] }, { ...base, gradientsPerUpdate: 2 }), 4);
  assertEquals(chunkSize({ ...compiled, masks: [mask(2 ** 30)] }, base), 1);
  const draw = {
    name: "d",
    dtype: "int32",
    shape: ["batch", 2 ** 18],
    draw: () => new Int32Array(),
  } as const;
  assertEquals(chunkSize({ ...compiled, draws: [draw] }, { ...base, batchSize: 4 }), 16);
  const noises = [{ name: "n", clock: null, shape: [2 ** 19], at: () => new Float32Array() }];
  assertEquals(chunkSize({ ...compiled, noises }, base), 32);
  const double = { w: { dtype: "float64", shape: [2] } } as const;
  assertEquals(chunkSize({ ...compiled, noises, parameters: double }, base), 16);
});

Deno.test("chunkSize() is 2 where a loop carries 256 MiB or more", () => {
  const parameters = { w: { dtype: "float32", shape: [2 ** 25] } } as const;
  const slots = (size: number) => ({ state: [{ name: "m/w", dtype: "float32", shape: [size] }] }) as const;
  const large = { ...compiled, parameters, trace: slots(2 ** 25) };
  assertEquals(chunkSize(large, base), 2);
  assertEquals(chunkSize({ ...large, trace: slots(2 ** 25 - 1) }, base), 64);
  assertEquals(chunkSize({ ...large, form: "steps" }, base), 64);
  assertEquals(chunkSize({ ...large, masks: [mask(2 ** 30)] }, base), 1);
});

Deno.test("chunkSize() counts the bytes of rows that are read", () => {
  const rows = (dtype: "uint8" | "int64"): RowSource => ({
    dtype,
    shape: [100, 2 ** 18],
    read: () => Promise.reject(new Error("not read")),
  });
  assertEquals(chunkSize(compiled, { ...base, data: { x: rows("uint8") } }), 32);
  assertEquals(chunkSize(compiled, { ...base, data: { x: rows("int64") } }), 4);
});

Deno.test("fit() takes chunkSize() steps per run, and gives the same bits", async () => {
  const asked: number[] = [];
  const x = data().x!;
  const options = { model: model(), optimizer: adam({ learningRate: 1e-2 }), epochs: 1, batchSize: 8 };
  const narrow: RowSource = {
    ...x,
    read(rows) {
      asked.push(rows.length);
      const part = new Uint8Array(rows.length * 12);
      rows.forEach((r, i) => part.set((x.data as Uint8Array).subarray(r * 12, (r + 1) * 12), i * 12));
      return Promise.resolve(part);
    },
  };
  const result = await fit({ ...options, train: { ...data(), x: narrow } });
  assertEquals(asked, [48, 2]);
  assertEquals(result.state, (await fit({ ...options, train: data(), chunk: 1 })).state);
});
