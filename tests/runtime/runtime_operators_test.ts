import { assertEquals, assertThrows } from "@std/assert";
import { mlp, withLoss } from "../../models/mod.ts";
import { tensor } from "../../onnx/mod.ts";
import type { GraphProto, Model } from "../../onnx/proto/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { trainingModel, type TrainingModelOptions, trainingProgram } from "../../runtime/program/mod.ts";

const model = () =>
  withLoss(mlp({ inputs: 64, hidden: [40], outputs: 3, seed: 1 }), { loss: "cross-entropy" });
const data = () => ({
  x: tensor(Float32Array.from({ length: 8 * 64 }, (_, i) => Math.sin(i)), [8, 64]),
  target: tensor(BigInt64Array.from({ length: 8 }, (_, i) => BigInt(i % 3))),
});
const compiled = (options: Partial<TrainingModelOptions> = {}) =>
  trainingModel({ model: model(), optimizer: adam(), inputs: data(), ...options }).model;

/** Returns the domains that nodes are of, in the order of their names. */
function domains({ graph }: Model): string[] {
  const found = new Set<string>();
  const visit = (g: GraphProto) =>
    g.node.forEach((n) => {
      found.add(n.domain);
      n.attribute.forEach((a) => a.g && visit(a.g));
    });
  visit(graph!);
  return [...found].sort();
}

Deno.test("trainingModel() writes operators of ai.onnx alone, for either target, unless asked for the runtime's", () => {
  for (const form of ["scan", "steps"] as const) {
    for (const options of [{}, { target: "cpu" }, { target: "gpu" }, { runtimeOperators: false }] as const) {
      const portable = compiled({ ...options, form });
      assertEquals(domains(portable), [""], JSON.stringify({ ...options, form }));
      assertEquals(portable.opsetImport.map((o) => o.domain), [""]);
    }
    const fast = compiled({ runtimeOperators: true, form });
    assertEquals(domains(fast), ["", "com.microsoft"]);
    assertEquals(fast.opsetImport.map((o) => [o.domain, o.version]).slice(1), [["com.microsoft", 1n]]);
  }
});

Deno.test("trainingModel() refuses the runtime's operators for another target than cpu", () => {
  assertThrows(
    () => compiled({ target: "gpu", runtimeOperators: true }),
    RangeError,
    'only a model for target "cpu" can use them, got target "gpu"',
  );
});

Deno.test("trainingProgram() on cpu uses the runtime's operators unless told otherwise, with results that agree", async () => {
  const options = { model: model(), optimizer: adam(), data: data() };
  const batches = { rows: Array.from({ length: 40 }, (_, i) => i % 8), batchSize: 4 };
  await using fast = await trainingProgram(options);
  await using portable = await trainingProgram({ ...options, runtimeOperators: false });
  assertEquals([fast, portable].map((p) => domains(p.compiled.model).length), [2, 1]);
  const [a, b] = [await fast.run(fast.init(), batches), await portable.run(portable.init(), batches)];
  const differences = Object.entries(a.state.params).map(([n, { data }]) => {
    const other = b.state.params[n]!.data as Float32Array;
    return Math.max(...(data as Float32Array).map((v, i) => Math.abs(v - other[i]!)));
  });
  assertEquals(differences.map((d) => d < 1e-6), differences.map(() => true), String(differences));
  // A state holds the same tensors either way.
  const { state } = await portable.run(a.state, batches);
  assertEquals(state.step, 20);
});

Deno.test("reported norms take one pass over each gradient and update on cpu, and products elsewhere", () => {
  const statistics = ["gradient-norm", "update-dot-update"] as const;
  const counts = (["cpu", "gpu"] as const).map((target) =>
    compiled({ target, form: "steps", statistics }).graph!.node.filter((n) => n.opType === "ReduceSumSquare")
      .length
  );
  // Two sums for each of four parameters.
  assertEquals(counts, [8, 0]);
});
