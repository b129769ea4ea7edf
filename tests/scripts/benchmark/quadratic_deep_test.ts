/** Compares `quadratic_deep` with NumPy, in float64, and with what DeepOBS's stored runs begin with. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type DataTensor, gradientModel, openSession, sgd, tensor } from "../../../mod.ts";
import {
  quadraticDeep,
  quadraticHessian,
  quadraticModel,
} from "../../../scripts/benchmark/embedded/quadratic_deep.ts";
import { openStudy } from "../../../scripts/lab/mod.ts";
import golden from "../../golden/benchmark/quadratic_deep.json" with { type: "json" };

/** The test loss before training in stored runs of DeepOBS, those of seeds 42 and 44. */
const STORED_TEST_LOSS = 353.4467642647879;

Deno.test("quadraticHessian() is symmetric and has the diagonal of NumPy's and its squares add up", () => {
  const hessian = quadraticHessian();
  assertEquals(golden.diagonal, golden.diagonal.map((_, i) => hessian[i * 101]!));
  for (let i = 0; i < 100; i++) {
    for (let j = 0; j < i; j++) assert(hessian[i * 100 + j] === hessian[j * 100 + i]);
  }
  // The sum of squares of a symmetric matrix is that of its eigenvalues.
  const squares = hessian.reduce((sum, v) => sum + v * v, 0);
  const expected = golden.eigenvalues.reduce((sum, v) => sum + v * v, 0);
  assertAlmostEquals(squares / expected, 1, 1e-6);
});

Deno.test("quadraticModel(): loss and gradient are NumPy's", async () => {
  const { x } = (await quadraticDeep.load({ dataDir: undefined })).train as Record<string, DataTensor>;
  const theta = Float32Array.from({ length: 100 }, (_, i) => -1 + 2 * i / 99);
  await using session = await openSession(
    gradientModel(quadraticModel(), { loss: "loss", parameters: ["theta"] }),
  );
  const { loss, grad_theta } = await session.run({
    x: tensor((x!.data as Float32Array<ArrayBuffer>).slice(0, 800), [8, 100]),
    theta: tensor(theta, [1, 100]),
  });
  assertAlmostEquals(Number(loss!.data[0]) / golden.elsewhere, 1, 1e-6);
  golden.gradient.forEach((g, i) => assertAlmostEquals(Number(grad_theta!.data[i]), g, 5e-5));
});

Deno.test("quadratic_deep begins with the losses of DeepOBS's stored runs", async () => {
  const task = await quadraticDeep.load({ dataDir: undefined });
  await using study = await openStudy({ task, make: (learningRate) => sgd({ learningRate }), device: "cpu" });
  const { points } = await study.run({ learningRate: 0, seed: 0, batchSize: 128, steps: 1 });
  const { train, validation, test } = points[0]!.scores;
  const relative = 2e-6;
  assertAlmostEquals(test!.loss / STORED_TEST_LOSS, 1, relative);
  assertAlmostEquals(train!.loss / golden.start[42], 1, relative);
  assertAlmostEquals(validation!.loss / golden.start[44], 1, relative);
});

Deno.test("quadratic_deep: 'published' validates on the training set", async () => {
  const { train, evaluate } = await quadraticDeep.load({ dataDir: undefined, published: true });
  assertEquals(evaluate.validation, train);
  assertEquals(evaluate.train, train);
});
