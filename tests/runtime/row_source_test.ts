import { assert, assertEquals, assertRejects } from "@std/assert";
import { openFileRows } from "../../data/file_rows.ts";
import { adam } from "../../optim/rules/adam.ts";
import { sam } from "../../optim/transforms/sam.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { fit, type FitOptions } from "../../runtime/training/fit.ts";
import { trainingProgram } from "../../runtime/program/mod.ts";
import type { RowSource } from "../../runtime/program/row_source.ts";
import { data, model } from "./problem.ts";

const options = (): FitOptions => ({
  model: model(),
  optimizer: adam({ learningRate: 1e-2 }),
  train: data(),
  epochs: 3,
  batchSize: 8,
  chunk: 2,
  seed: 5,
  evaluationBatchSize: 7,
});

/** Returns a column whose rows are read one by one, and the rows that were requested. */
function source(name: "x" | "target"): RowSource & { asked: number[][] } {
  const { data: all, ...column } = data()[name]!;
  const each = column.shape.slice(1).reduce((a, b) => a * b, 1);
  const asked: number[][] = [];
  return {
    ...column,
    asked,
    read(rows) {
      asked.push([...rows]);
      const part = new (all.constructor as Uint8ArrayConstructor)(rows.length * each);
      rows.forEach((r, i) => part.set((all as Uint8Array).subarray(r * each, (r + 1) * each), i * each));
      return Promise.resolve(part);
    },
  };
}

Deno.test("fit() trains on and evaluates rows of files with the same bits as in memory", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeFile(`${folder}/x`, data().x!.data as Uint8Array);
  await Deno.writeFile(
    `${folder}/y`,
    new Uint8Array((data().target!.data as BigInt64Array<ArrayBuffer>).buffer),
  );
  await using images = await openFileRows(`${folder}/x`, { dtype: "uint8", shape: [50, 3, 4] });
  await using labels = await openFileRows(`${folder}/y`, { dtype: "int64", shape: [50] });
  const train = { x: { ...images, scale: 1 / 255 }, target: labels };
  const expected = await fit({ ...options(), evaluate: { train: data() } });
  for (const chunk of [1, 3, 64]) {
    const result = await fit({ ...options(), train, chunk, evaluate: { train } });
    assertEquals(result.state, expected.state);
    assertEquals(result.epochs, expected.epochs);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("fit() requests the rows of each run once, and those of the next run during the current one", async () => {
  const x = source("x");
  const train = { x, target: data().target! };
  const result = await fit({ ...options(), train });
  assertEquals(result.state, (await fit(options())).state);
  // 50 rows: runs of 16, 16, 16 and 2, three times.
  assertEquals(x.asked.map((rows) => rows.length), Array(3).fill([16, 16, 16, 2]).flat());
  const expected = Array.from({ length: 50 }, (_, i) => i);
  assertEquals(x.asked.slice(4, 8).flat().toSorted((a, b) => a - b), expected);

  const order: string[] = [];
  const watched: RowSource = {
    ...x,
    read: (rows) => {
      order.push("read");
      return x.read(rows);
    },
  };
  await fit({ ...options(), epochs: 1, train: { ...train, x: watched }, onChunk: () => order.push("ran") });
  assertEquals(order, ["read", "read", "ran", "read", "ran", "read", "ran", "ran"]);
});

Deno.test("fit() reads the rows of a rule that takes several gradients of a batch once", async () => {
  const optimizer = sam(sgd({ learningRate: 0.1 }));
  const x = source("x");
  const result = await fit({ ...options(), optimizer, train: { x, target: source("target") } });
  assertEquals(result.state, (await fit({ ...options(), optimizer })).state);
  assertEquals(x.asked.flat().length, 150);
});

Deno.test("a program of single steps reads the rows of each step, and repeated rows once", async () => {
  const x = source("x");
  const batches = { rows: [4, 4, 9, 1, 9, 9], batchSize: 3 };
  const results = [];
  for (const form of ["scan", "steps"] as const) {
    for (const columns of [data(), { ...data(), x }]) {
      await using program = await trainingProgram({
        model: model(),
        optimizer: adam({ learningRate: 1e-2 }),
        data: columns,
        form,
      });
      results.push(await program.run(program.init(), batches));
    }
  }
  for (const r of results) assertEquals(r, results[0]);
  assertEquals(x.asked, [[4, 9, 1], [4, 9], [1, 9]]);
});

Deno.test("a program reads the requested rows if they differ from those read ahead", async () => {
  const batches = { rows: [4, 9, 1], batchSize: 3 };
  const results = [];
  for (const ahead of [undefined, [4, 9, 2], [9, 4, 1]]) {
    await using program = await trainingProgram({
      model: model(),
      optimizer: adam({ learningRate: 1e-2 }),
      data: { ...data(), x: source("x") },
    });
    if (ahead !== undefined) program.prefetch({ rows: ahead, batchSize: 3 });
    results.push(await program.run(program.init(), batches));
  }
  for (const r of results) assertEquals(r, results[0]);
});

Deno.test("fit() fails with the reason if rows cannot be read, even in a read ahead", async () => {
  const failing = (after: number): RowSource => {
    const x = source("x");
    let reads = 0;
    return { ...x, read: (rows) => ++reads > after ? Promise.reject(new Error("no disk")) : x.read(rows) };
  };
  for (const after of [0, 1, 3]) {
    await assertRejects(
      () => fit({ ...options(), train: { ...data(), x: failing(after) } }),
      Error,
      "no disk",
    );
  }
  // Nothing is read ahead for an epoch that never comes.
  const exact = await fit({ ...options(), epochs: 1, train: { ...data(), x: failing(4) } });
  assert(Number.isFinite(exact.epochs[0]!.trainLoss));
  const short: RowSource = { ...source("x"), read: () => Promise.resolve(new Uint8Array(3)) };
  await assertRejects(
    () => fit({ ...options(), train: { ...data(), x: short } }),
    RangeError,
    "read() must give 192 elements for 16 rows of [50,3,4], got 3",
  );
});
