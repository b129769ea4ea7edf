import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  buildModel,
  exampleGradientModel,
  fisherModel,
  gaussNewtonModel,
  gradientModel,
  Graph,
  hvpModel,
  lenet,
  type Model,
  openSession,
  sgd,
  type Tensor,
  tensor,
  trainingProgram,
  withLoss,
} from "../../mod.ts";
import { type CurvatureKind, curvatureOperator } from "../../curvature/mod.ts";
import { drawn, perceptron } from "./problems.ts";

const NAMES = ["w1", "b1", "w2", "b2"];

/** Returns the product with a vector of the whole data set at once, by a model of products. */
async function atOnce(
  { model, data }: { model: Model; data: Record<string, Tensor> },
  { kind, vector }: { kind: CurvatureKind; vector: Record<string, Tensor> },
): Promise<number[]> {
  const options = { loss: "loss" };
  const [products, prefix] = kind === "hessian"
    ? [hvpModel(model, options), "hvp_"]
    : kind === "fisher"
    ? [fisherModel(model, { ...options, kind: "empirical" }), "fvp_"]
    : [gaussNewtonModel(model, options), "gnvp_"];
  const g = gradientModel(model, options);
  assert(g.graph);
  await using session = await openSession(products);
  const params = Object.fromEntries(
    model.graph!.initializer.map((i) => [i.name, drawn(i.name, i.dims.map(Number))]),
  );
  const vectors = Object.fromEntries(NAMES.map((n) => [`vector_${n}`, vector[n]!]));
  const given = Object.fromEntries(NAMES.map((n) => [n, params[n]!]));
  const out = await session.run({ ...data, ...given, ...vectors });
  return NAMES.flatMap((n) => Array.from(out[`${prefix}${n}`]!.data as Float64Array));
}

for (const kind of ["hessian", "gauss-newton", "fisher"] as const) {
  for (const batchSize of [1, 5, 17, 100]) {
    Deno.test(`curvatureOperator() averages ${kind} over batches of ${batchSize}, the last one smaller`, async () => {
      const problem = perceptron();
      await using operator = await curvatureOperator({ ...problem, kind, batchSize });
      const v = Float64Array.from({ length: operator.dimension }, (_, i) => Math.sin(i + 1));
      const expected = await atOnce(problem, { kind, vector: operator.tensors(v) });
      const got = await operator.apply(v);
      const size = Math.hypot(...expected);
      assert(Math.hypot(...expected.map((e, i) => e - got[i]!)) < 1e-13 * size, `${got.slice(0, 3)}`);
    });
  }
}

Deno.test("curvatureOperator() gives loss, gradient and the norm of each whole batch's gradient", async () => {
  const { model, data } = perceptron();
  await using operator = await curvatureOperator({ model, data, batchSize: 5 });
  const { loss, gradient, batchNorms } = await operator.gradient();
  assertAlmostEquals(loss, await operator.loss(), 1e-14);
  await using session = await openSession(exampleGradientModel(model, { loss: "loss" }));
  const params = Object.fromEntries(NAMES.map((n) => [n, operator.tensors(operator.point)[n]!]));
  const all = await session.run({ ...data, ...params });
  const losses = Array.from(all.loss!.data as Float64Array);
  assertAlmostEquals(loss, losses.reduce((a, b) => a + b) / 17, 1e-14);
  const own = (i: number) =>
    NAMES.flatMap((n) => {
      const size = all[`grad_${n}`]!.data.length / 17;
      return Array.from(all[`grad_${n}`]!.data.slice(i * size, (i + 1) * size) as Float64Array);
    });
  const mean = (from: number, to: number) => {
    const rows = Array.from({ length: to - from }, (_, i) => own(from + i));
    return rows[0]!.map((_, k) => rows.reduce((sum, r) => sum + r[k]!, 0) / rows.length);
  };
  mean(0, 17).forEach((v, i) => assertAlmostEquals(gradient[i]!, v, 1e-14));
  assertEquals(batchNorms.length, 3);
  batchNorms.forEach((n, b) =>
    assertAlmostEquals(n, mean(5 * b, 5 * b + 5).reduce((sum, v) => sum + v * v, 0), 1e-13)
  );
});

Deno.test("curvatureOperator() follows its point, and starts at given parameters", async () => {
  const { model, data } = perceptron();
  await using a = await curvatureOperator({ model, data });
  const moved = a.point.map((v, i) => v + 0.1 * Math.cos(i));
  await using b = await curvatureOperator({ model, data, params: a.tensors(moved) });
  a.point = moved;
  const v = moved.map((_, i) => i);
  assertEquals([await a.apply(v), await a.loss()], [await b.apply(v), await b.loss()]);
});

Deno.test("batch normalization takes the statistics of each batch, as in training", async () => {
  const g = new Graph();
  const x = g.input("x", "float64", ["N", 3]);
  const each = (name: string, stream: string) => g.initializer(name, drawn(stream, [4]));
  const h = g.matMul(x, g.initializer("w", drawn("w", [3, 4])));
  const variance = g.initializer("variance", tensor(new Float64Array(4).fill(1)));
  const [y] = g.batchNormalization(h, each("scale", "s"), each("shift", "b"), each("mean", "m"), variance);
  g.output(g.matMul(y!, g.initializer("v", drawn("v", [4, 3]))), "y");
  const model = withLoss(buildModel(g), { loss: "cross-entropy" });
  const data = { x: drawn("x", [6, 3]), target: tensor(BigInt64Array.of(0n, 1n, 2n, 0n, 1n, 2n)) };
  await using operator = await curvatureOperator({ model, data, batchSize: 3 });
  await using program = await trainingProgram({ model, data, optimizer: sgd({ learningRate: 0 }) });
  const { reports } = await program.run(program.init(), { rows: [0, 1, 2, 3, 4, 5], batchSize: 3 });
  assertAlmostEquals(await operator.loss(), (reports.loss![0]! + reports.loss![1]!) / 2, 1e-12);
  await using frozen = await curvatureOperator({ model, data, batchSize: 3, batchStatistics: false });
  const differs = Math.abs(await frozen.loss() - await operator.loss());
  assert(differs > 1e-3, String(differs));
  // The product by differences of gradients.
  const v = operator.point.map((_, i) => Math.sin(i));
  const at = async (t: number) =>
    (await operator.gradient(operator.point.map((p, i) => p + t * v[i]!))).gradient;
  const [up, down] = [await at(1e-5), await at(-1e-5)];
  const hv = await operator.apply(v);
  const size = Math.hypot(...hv);
  const apart = Math.hypot(...hv.map((p, i) => p - (up[i]! - down[i]!) / 2e-5)) / size;
  assert(apart < 1e-8, String(apart));
});

Deno.test("curvatureOperator() reads stored bytes as training does", async () => {
  const model = withLoss(lenet({ image: [1, 16, 16], channels: [2, 3], hidden: [6] }), {
    loss: "cross-entropy",
  });
  const bytes = Uint8Array.from({ length: 4 * 256 }, (_, i) => (i * 37) % 256);
  const target = tensor(BigInt64Array.of(1n, 2n, 3n, 4n));
  const stored = { ...tensor(bytes, [4, 1, 16, 16]), scale: 1 / 255 };
  const floats = tensor(Float32Array.from(bytes, (b) => Math.fround(b * Math.fround(1 / 255))), [
    4,
    1,
    16,
    16,
  ]);
  await using a = await curvatureOperator({ model, data: { x: stored, target } });
  await using b = await curvatureOperator({ model, data: { x: floats, target } });
  assertAlmostEquals(await a.loss(), await b.loss(), 1e-6);
});

Deno.test("curvatureOperator() refuses what does not fit, by name", async () => {
  const { model, data } = perceptron();
  const refused = (options: object, message: string) =>
    assertRejects(() => curvatureOperator({ model, data, ...options }), RangeError, message);
  await refused({ kind: "fischer" }, 'kind must be one of "hessian"');
  await refused({ batchSize: 0 }, "batchSize");
  await refused({ data: { ...data, x: drawn("x", [3, 4]) } }, "equally many examples");
  await refused({ params: { w1: drawn("w", [5, 4]) } }, "params: 'w1' must have shape [4,5]");
  await refused({ kind: "gauss-newton", scores: "z" }, "scores: 'z' is not a value");
  await using operator = await curvatureOperator({ model, data });
  await assertRejects(() => operator.apply([1, 2]), RangeError, "a vector of 43 numbers");
});
