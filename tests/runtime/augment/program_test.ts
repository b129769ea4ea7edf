import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import {
  type Augmentation,
  buildModel,
  cutout,
  Graph,
  horizontalFlip,
  mixup,
  type Model,
  type ProgramOptions,
  randomCrop,
  sgd,
  tensor,
  type TrainingProgram,
  trainingProgram,
  withLoss,
} from "../../../mod.ts";
import { sam } from "../../../optim/all.ts";
import { augmentationsOf, golden, images, textOf } from "./golden.ts";

const [examples, ...image] = golden.shape as [number, number, number, number];
const size = image.reduce((a, b) => a * b, 1);
const [rows] = golden.rows as [number[]];
const batchSize = rows.length;

/** Returns a model whose loss is the sum of the products of a batch with weights 0, so that the gradient is the batch. */
function revealing(): Model {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", ...image]);
  const w = g.initializer("w", tensor(new Float32Array(batchSize * size), [batchSize, ...image]));
  g.output(g.reduceSum(g.mul(x, w), null, { keepdims: 0 }), "loss");
  return buildModel(g);
}

/** Opens a program whose parameters after a step are those before it less the augmented batch. */
function reveal(x: readonly Augmentation[], options: Partial<ProgramOptions> = {}): Promise<TrainingProgram> {
  return trainingProgram({
    model: revealing(),
    optimizer: sgd({ learningRate: 1 }),
    data: { x: images({ scale: 1, shift: golden.shift }) },
    augment: { x },
    seed: golden.seed,
    threads: 1,
    ...options,
  });
}

/** Returns the augmented batches of the golden steps, as numbers. */
async function batchesOf(program: TrainingProgram): Promise<number[][]> {
  let state = program.init();
  const batches: number[][] = [];
  for (const batch of golden.rows.slice(0, 2)) {
    const start = { ...state, params: program.init().params };
    ({ state } = await program.run(start, { rows: batch, batchSize }));
    batches.push(Array.from(state.params.w!.data as Float32Array, (v) => 0 - v));
  }
  return batches;
}

for (const given of golden.cases) {
  Deno.test(`trainingProgram() augments batches as torchvision does for the same draws: ${textOf(given)}`, async () => {
    await using program = await reveal(augmentationsOf(given));
    assertEquals(await batchesOf(program), given.steps);
  });
}

Deno.test("augmentations are the same in both forms, with a fixed batch size, and in any chunk", async () => {
  const augment = [randomCrop({ padding: 2 }), horizontalFlip(), cutout({ size: 3 })];
  const all = { rows: golden.rows.flat(), batchSize };
  const whole = async (options: Partial<ProgramOptions>) => {
    await using program = await reveal(augment, options);
    return (await program.run(program.init(), all)).state.params.w!.data;
  };
  await using program = await reveal(augment);
  let state = program.init();
  for (const rows of golden.rows) ({ state } = await program.run(state, { rows, batchSize }));
  const single = state.params.w!.data;
  assertEquals(await whole({}), single);
  assertEquals(await whole({ form: "steps" }), single);
  assertEquals(await whole({ batchSize }), single);
  assertNotEquals(await whole({ seed: 1 }), single);
  assertEquals(
    (await program.run(program.init(), all, { seed: 1 })).state.params.w!.data,
    await whole({ seed: 1 }),
  );
});

Deno.test("a batch of gray images that are stored as [height, width] is augmented like one of [1, height, width]", async () => {
  const pixels = Float32Array.from({ length: 2 * 12 }, (_, i) => i);
  const trained = async (stored: number[], read: number[]) => {
    const g = new Graph();
    const w = g.initializer("w", tensor(new Float32Array(24), [2, ...read]));
    g.output(g.reduceSum(g.mul(g.input("x", "float32", ["N", ...read]), w), null, { keepdims: 0 }), "loss");
    await using program = await trainingProgram({
      model: buildModel(g),
      optimizer: sgd({ learningRate: 1 }),
      data: { x: tensor(pixels, [2, ...stored]) },
      augment: { x: [randomCrop({ padding: 1 }), cutout({ size: 2 })] },
      threads: 1,
    });
    return (await program.run(program.init(), { rows: [0, 1], batchSize: 2 })).state.params.w!.data;
  };
  const expected = await trained([1, 3, 4], [1, 3, 4]);
  assertNotEquals(expected, pixels.map((v) => -v));
  assertEquals(await trained([3, 4], [1, 3, 4]), expected);
  assertEquals(await trained([3, 4], [12]), expected);
  assertEquals(await trained([12], [1, 3, 4]), expected);
});

Deno.test("a rule of several gradients a batch gets one augmentation for all of them", async () => {
  const augment = [randomCrop({ padding: 2 }), horizontalFlip()];
  await using plain = await reveal(augment);
  const [first] = await batchesOf(plain);
  // The loss is linear, so the gradient at the perturbed weights is the batch too.
  await using program = await reveal(augment, { optimizer: sam(sgd({ learningRate: 1 })) });
  const { state } = await program.run(program.init(), { rows: [...rows, ...rows], batchSize });
  assertEquals(Array.from(state.params.w!.data as Float32Array, (v) => 0 - v), first);
});

/** A linear classifier of the images, its weights 0. */
function classifier(): Model {
  const g = new Graph();
  const w = g.initializer("w", tensor(new Float32Array(4 * size), [4, size]));
  const x = g.reshape(g.input("x", "float32", ["N", ...image]), [-1, size]);
  g.output(g.gemm(x, w, null, { transB: 1 }), "scores");
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}

for (const form of ["scan", "steps"] as const) {
  Deno.test(`trainingProgram() trains on crops, mixtures and smoothed labels as PyTorch does (${form})`, async () => {
    const { alpha, labelSmoothing, learningRate, losses, weight } = golden.training;
    await using program = await trainingProgram({
      model: classifier(),
      optimizer: sgd({ learningRate }),
      data: {
        x: images({ scale: 1 / 16, shift: -1.5 }),
        target: tensor(BigInt64Array.from(golden.labels, BigInt), [examples]),
      },
      augment: { x: [randomCrop({ padding: 1 }), horizontalFlip(), cutout({ size: 3 }), mixup({ alpha })] },
      labelSmoothing,
      seed: golden.seed,
      threads: 1,
      form,
    });
    const { state, reports } = await program.run(program.init(), { rows: golden.rows.flat(), batchSize });
    losses.forEach((l, k) => assertAlmostEquals(reports.loss![k]!, l, 1e-6));
    weight.forEach((w, i) => assertAlmostEquals(Number(state.params.w!.data[i]), w, 1e-6));
  });
}

for (const given of golden.smoothed) {
  const { shape, labelSmoothing } = given;
  Deno.test(`labelSmoothing ${labelSmoothing} gives PyTorch's loss and gradient for scores [${shape}]`, async () => {
    const g = new Graph();
    const scores = g.initializer("scores", tensor(new Float32Array(given.scores), shape));
    g.output(g.add(scores, g.input("x", "float32", shape)), "y");
    const [n, , ...rest] = shape as [number, number];
    await using program = await trainingProgram({
      model: withLoss(buildModel(g), { loss: "cross-entropy" }),
      optimizer: sgd({ learningRate: 1 }),
      data: {
        x: tensor(new Float32Array(given.scores.length), shape),
        target: tensor(BigInt64Array.from(given.labels, BigInt), [n, ...rest]),
      },
      labelSmoothing,
      threads: 1,
    });
    const rows = Array.from({ length: n }, (_, i) => i);
    const { state, reports } = await program.run(program.init(), { rows, batchSize: n });
    assertAlmostEquals(reports.loss![0]!, given.loss, 2e-6);
    given.gradient.forEach((d, i) =>
      assertAlmostEquals(given.scores[i]! - Number(state.params.scores!.data[i]), d, 1e-6)
    );
  });
}
