import { assert, assertEquals } from "@std/assert";
import { buildModel, Graph, momentum, normal, openSession, resnet, tensor, withLoss } from "../../../mod.ts";
import { randomBits, trainingProgram } from "../../../mod.ts";
import { GPU_VECTORS } from "../../../optim/flat/mod.ts";
import { trainingModel } from "../../../runtime/program/training_model.ts";
import { type Move, movedTogether } from "../../../runtime/program/running_statistics.ts";

Deno.test("movedTogether() moves statistics of equal momentum on one vector, and few of them one by one", async () => {
  const momenta = { a: 0.9, b: 0.9, c: 0.5, d: 0.9, e: 0.9, f: 0.5 };
  const values = (stream: string, size: number) => Float32Array.from(normal({ seed: 1, stream }, size));
  const g = new Graph();
  const moves = new Map<string, Move>();
  const expected: Record<string, Float32Array> = {};
  for (const [i, [name, momentum]] of Object.entries(momenta).entries()) {
    const [running, batch] = [values(`${name} running`, i + 1), values(`${name} batch`, i + 1)];
    moves.set(name, {
      running: g.constant(tensor(running)),
      batch: g.constant(tensor(batch)),
      momentum,
    });
    const [kept, moved] = [Math.fround(momentum), Math.fround(1 - momentum)];
    expected[name] = running.map((v, k) => Math.fround(v * kept) + Math.fround(batch[k]! * moved));
  }
  const next = movedTogether(g, moves, GPU_VECTORS);
  assertEquals(g.nodes.filter((n) => n.opType === "Mul").length, 2 + 2 * 2);
  for (const [name, value] of Object.entries(next)) g.output(value, name);
  await using session = await openSession(buildModel(g));
  const got = await session.run({});
  for (const [name, value] of Object.entries(expected)) assertEquals(got[name]!.data, value, name);
});

const [EXAMPLES, BATCH] = [12, 4];
const network = () => withLoss(resnet({ image: [1, 8, 8], depth: 8, width: 4 }), { loss: "cross-entropy" });
const data = () => ({
  x: tensor(normal({ seed: 2, stream: "x" }, EXAMPLES * 64), [EXAMPLES, 1, 8, 8]),
  target: tensor(BigInt64Array.from(randomBits({ seed: 2, stream: "y" }, EXAMPLES), (b) => BigInt(b % 10))),
});

for (const form of ["scan", "steps"] as const) {
  Deno.test(`running statistics of a program of ${form} for a GPU have the same bits on vectors`, async () => {
    const states = [];
    for (const flatUpdate of [false, true]) {
      await using program = await trainingProgram({
        model: network(),
        data: data(),
        optimizer: momentum({ learningRate: 0.05 }),
        batchSize: BATCH,
        target: "gpu",
        form,
        flatUpdate,
        threads: 1,
      });
      const rows = Array.from({ length: 3 * BATCH }, (_, i) => (i * 5) % EXAMPLES);
      const { state } = await program.run(program.init(), { rows, batchSize: BATCH });
      states.push(state);
    }
    const [separate, flat] = states;
    assert(Object.keys(separate!.buffers).length === 14);
    assertEquals(flat!.buffers, separate!.buffers);
    assertEquals(flat!.params, separate!.params);
  });
}

Deno.test("a step for a GPU moves no running statistic by itself", () => {
  const movedAlone = (flatUpdate: boolean) =>
    trainingModel({
      model: network(),
      inputs: data(),
      optimizer: momentum({ learningRate: 0.05 }),
      batchSize: BATCH,
      target: "gpu",
      form: "steps",
      flatUpdate,
    }).model.graph!.node.filter((n) => n.opType === "Mul" && n.input.some((name) => /running/.test(name)))
      .length;
  assertEquals([movedAlone(false), movedAlone(true)], [14, 0]);
});
