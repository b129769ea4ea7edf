import { assert, assertEquals, assertThrows } from "@std/assert";
import { flopsOf, type Part, productsModel, productsOfStep } from "../../bench/products.ts";
import {
  adam,
  graphOf,
  lenet,
  mlp,
  type Model,
  openSession,
  recurrentLanguageModel,
  tensor,
  trainingModel,
  withLoss,
} from "../../mod.ts";

const int64 = (shape: number[]) => ({ dtype: "int64", shape }) as const;

function perceptron(batchSize?: number): Model {
  return trainingModel({
    model: withLoss(mlp({ inputs: 6, hidden: [5], outputs: 3, seed: 1 }), { loss: "cross-entropy" }),
    optimizer: adam(),
    inputs: { x: { dtype: "float32", shape: [20, 6] }, target: int64([20]) },
    ...(batchSize === undefined ? {} : { batchSize }),
  }).model;
}

/** Returns a product as text: `Gemm 4,6 5,6 5 = 4,5`, in a loop `35 x (...)`. */
function text(parts: readonly Part[]): string[] {
  return parts.map((p) =>
    "each" in p ? `${p.times} x (${text(p.each)})` : `${p.op} ${p.operands.join(" ")} = ${p.result}`
  );
}

/** Runs the products' model for some steps on operands of ones. */
async function run(parts: readonly Part[], steps: number) {
  const model = productsModel(parts);
  await using session = await openSession(model);
  const feeds = graphOf(model).graph.inputs.map(({ name, shape }) => {
    const dims = name === "steps" ? [steps] : shape as number[];
    return [name, tensor(new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1), dims)];
  });
  return await session.run(Object.fromEntries(feeds));
}

Deno.test("productsOfStep() finds the five products of a perceptron's step", () => {
  const parts = productsOfStep(perceptron(4));
  assertEquals(text(parts), [
    "Gemm 4,6 5,6 5 = 4,5",
    "Gemm 4,5 3,5 3 = 4,3",
    "Gemm 4,3 3,5 = 4,5",
    "Gemm 4,3 4,5 = 3,5",
    "Gemm 4,5 4,6 = 5,6",
  ]);
  const flops = 2 * 4 * (2 * 6 * 5 + 3 * 5 * 3);
  assertEquals(flopsOf(parts), flops);
});

Deno.test("productsOfStep() finds the convolutions and their gradients", () => {
  const { model } = trainingModel({
    model: withLoss(lenet({ seed: 1 }), { loss: "cross-entropy" }),
    optimizer: adam(),
    inputs: { x: { dtype: "float32", shape: [20, 1, 28, 28] }, target: int64([20]) },
    batchSize: 2,
  });
  const parts = productsOfStep(model);
  const found = text(parts).filter((p) => p.startsWith("Conv"));
  assertEquals(found, [
    "Conv 2,1,28,28 6,1,5,5 6 = 2,6,28,28",
    "Conv 2,6,14,14 16,6,5,5 16 = 2,16,10,10",
    "ConvTranspose 2,16,10,10 16,6,5,5 = 2,6,14,14",
    "Conv 1,2,14,14,6 16,2,10,10,1 = 1,16,5,5,6",
    "Conv 1,2,28,28 6,2,28,28 = 1,6,5,5",
  ]);
  // Each gradient of a convolution takes as many multiplications as the convolution itself.
  const [first, second] = [2 * 2 * 6 * 28 * 28 * 25, 2 * 2 * 16 * 100 * 6 * 25];
  assertEquals(flopsOf(parts.filter((p) => "op" in p && p.op.startsWith("Conv"))), 2 * first + 3 * second);
});

Deno.test("productsOfStep() counts the products of a recurrent layer once per step of the sequence", async () => {
  const model = recurrentLanguageModel({ vocabulary: 11, embedding: 3, hidden: 4, layers: 1, seed: 1 });
  const program = trainingModel({
    model: withLoss(model, { loss: "cross-entropy", classes: "last" }),
    optimizer: adam(),
    inputs: { tokens: int64([20, 7]), target: int64([20, 7]) },
    batchSize: 2,
  });
  const parts = productsOfStep(program.model);
  assertEquals(text(parts).filter((p) => p.startsWith("7 x")), [
    "7 x (Gemm 2,4 16,4 2,16 = 2,16)",
    "7 x (Gemm 2,16 16,4 = 2,4)",
  ]);
  const { done } = await run(parts, 3);
  assertEquals(done!.shape, [3]);
});

Deno.test("productsModel() contains every product with its own operands", async () => {
  const parts = productsOfStep(perceptron(4));
  const twice = [...parts, ...parts];
  const model = productsModel(twice);
  assertEquals(text(productsOfStep(model)), text(twice));
  const names = graphOf(model).graph.inputs.map((i) => i.name);
  assertEquals(new Set(names).size, 1 + 2 * (3 + 3 + 2 + 2 + 2));
  assertEquals((await run(twice, 5)).done!.shape, [5]);
});

Deno.test("productsOfStep() refuses unknown shapes, and names the product", () => {
  const error = assertThrows(() => productsOfStep(perceptron()), RangeError);
  assert(/shapes of Gemm node .* must be known/.test(error.message), error.message);
});
