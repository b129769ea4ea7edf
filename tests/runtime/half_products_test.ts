import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { lenet } from "../../models/lenet.ts";
import { withLoss } from "../../models/loss.ts";
import { recurrentLanguageModel } from "../../models/recurrent.ts";
import { transformer } from "../../models/transformer.ts";
import { type Graph, graphOf, type Model, type Node } from "../../onnx/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { muon } from "../../optim/rules/muon.ts";
import type { DataInput } from "../../runtime/program/batch_input.ts";
import { DeviceError } from "../../runtime/session/device.ts";
import { type Precision, requirePrecision } from "../../runtime/program/half_products.ts";
import { OpenedProgram } from "../../runtime/program/opened_program.ts";
import { ProgramSession } from "../../runtime/program/session_choice.ts";
import { placeData } from "../../runtime/program/place_data.ts";
import { trainingProgram } from "../../runtime/program/mod.ts";
import { openSession } from "../../runtime/session/session.ts";
import { trainingModel } from "../../runtime/program/training_model.ts";
import { data, model } from "./problem.ts";

const PRODUCTS = ["Conv", "ConvTranspose", "Gemm", "MatMul"];

/** Returns all nodes of a graph and of its subgraphs. */
function nodesOf(g: Graph): Node[] {
  return g.nodes.flatMap((n) => [
    n,
    ...[...n.attributes.values()].flatMap((a) => (a.type === "GRAPH" ? nodesOf(a.value) : [])),
  ]);
}

/** Returns how many nodes of each operator compute in float16, and how many products do not. */
function halves(model: Model) {
  const nodes = nodesOf(graphOf(model).graph);
  const half = nodes.filter((n) => n.outputs[0]?.known.dtype === "float16");
  const operators = new Set(half.map((n) => n.opType));
  operators.delete("Cast");
  return {
    operators: [...operators].sort(),
    products: half.filter((n) => n.opType !== "Cast").length,
    whole: nodes.filter((n) => PRODUCTS.includes(n.opType) && n.outputs[0]?.known.dtype === "float32").length,
  };
}

const tokens: DataInput & { shape: number[] } = { dtype: "int64", shape: [10, 8] };
const NETWORKS: Record<string, { model: Model; inputs: Record<string, DataInput & { shape: number[] }> }> = {
  lenet: {
    model: withLoss(lenet(), { loss: "cross-entropy" }),
    inputs: { x: { dtype: "uint8", shape: [10, 28, 28] }, target: { dtype: "int64", shape: [10] } },
  },
  lstm: {
    model: withLoss(recurrentLanguageModel({ vocabulary: 11, embedding: 4, hidden: 4 }), {
      loss: "cross-entropy",
      classes: "last",
    }),
    inputs: { tokens, target: tokens },
  },
  transformer: {
    model: withLoss(transformer({ vocabulary: 11, context: 8, layers: 1, heads: 2, width: 8 }), {
      loss: "cross-entropy",
      classes: "last",
    }),
    inputs: { tokens, target: tokens },
  },
};

for (const [name, { model, inputs }] of Object.entries(NETWORKS)) {
  Deno.test(`precision: "float16" computes the products of ${name} in float16, and nothing else`, () => {
    const of = (precision: Precision) =>
      halves(trainingModel({ model, inputs, optimizer: adam(), precision }).model);
    const [whole, half] = [of("float32"), of("float16")];
    assertEquals([whole.operators, whole.products], [[], 0]);
    assert(half.products > 5 && half.operators.every((op) => PRODUCTS.includes(op)), `${half.operators}`);
    assertEquals([half.products, half.whole], [whole.whole, 0]);
  });
}

Deno.test("products of the update rule stay in float32", () => {
  const of = (precision: Precision) =>
    halves(trainingModel({ model: model(), inputs: data(), optimizer: muon(), precision }).model);
  const [whole, half] = [of("float32"), of("float16")];
  assertEquals(half.products, 5);
  assertEquals(half.whole, whole.whole - 5);
  assert(half.whole > 0);
});

Deno.test("a loss scaled by a power of two trains to the same bits, and by another number to nearly the same", async () => {
  const losses = async (lossScale: number) => {
    await using program = await trainingProgram({
      model: model(),
      data: data(),
      optimizer: adam(),
      lossScale,
    });
    const rows = Array.from({ length: 60 }, (_, i) => i % 50);
    const { reports } = await program.run(program.init(), { rows, batchSize: 10 });
    return [...reports.loss!];
  };
  const plain = await losses(1);
  assertEquals(await losses(1024), plain);
  const third = await losses(3);
  plain.forEach((l, i) => assert(Math.abs(l - third[i]!) < 1e-5, `${l} ${third[i]}`));
});

Deno.test("a program of float16 trains like one of float32 on the CPU, where the runtime computes in float32", async () => {
  // ONNX Runtime's CPU provider has no float16 products and leaves out the casts: the differences are smaller than the
  // rounding of float16 by three digits.
  const options = { model: model(), data: data(), optimizer: adam() };
  const batches = { rows: Array.from({ length: 60 }, (_, i) => i % 50), batchSize: 10 };
  const compiled = trainingModel({
    model: options.model,
    optimizer: options.optimizer,
    inputs: options.data,
    precision: "float16",
  });
  await using half = new OpenedProgram({
    options,
    compiled,
    session: new ProgramSession(await openSession(compiled.model), { block: "none" }),
    placed: await placeData(options.data, { form: "scan" }),
  });
  await using whole = await trainingProgram(options);
  const [a, b] = [await half.run(half.init(), batches), await whole.run(whole.init(), batches)];
  const near = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).forEach((v, i) => assertAlmostEquals(v, y[i]!, 1e-6));
  near(a.reports.loss!, b.reports.loss!);
  for (const [name, { data }] of Object.entries(a.state.params)) {
    near(data as Float32Array, b.state.params[name]!.data as Float32Array);
  }
});

Deno.test("half precision is refused on devices without it, and so are invalid precisions and scales", async () => {
  const options = { model: model(), data: data(), optimizer: adam() };
  await assertRejects(
    () => trainingProgram({ ...options, precision: "float16" }),
    DeviceError,
    "float16 matmul/conv is not available on device 'cpu'",
  );
  await assertRejects(
    () => requirePrecision("bfloat16" as Precision, "cpu"),
    RangeError,
    "precision must be one of float32, float16, got 'bfloat16'",
  );
  for (const lossScale of [0, -1, NaN, Infinity]) {
    assertThrows(
      () => trainingModel({ model: model(), inputs: data(), optimizer: adam(), lossScale }),
      RangeError,
      `lossScale must be finite and above 0, got ${lossScale}`,
    );
  }
});
