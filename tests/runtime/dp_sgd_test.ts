/** Trainings on the gradients of single examples, against opacus, SGD on batches, and the host. */
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  averaged,
  cutout,
  dpSgd,
  exampleGradientModel,
  fit,
  type FitState,
  horizontalFlip,
  kfac,
  lenet,
  mixup,
  mlp,
  type Model,
  momentum,
  normal,
  openSession,
  type Optimizer,
  perExampleLayerNormClip,
  type ProgramOptions,
  sgd,
  sophia,
  type Tensor,
  tensor,
  trainingModel,
  trainingProgram,
  transformer,
  withLoss,
} from "../../mod.ts";
import { chain } from "../../optim/transforms/chain.ts";
import { buildModel, Graph } from "../../onnx/mod.ts";
import { batchNorm, dropout } from "../../models/layers.ts";
import { dense } from "../../models/dense.ts";
import { DP_GOLDEN } from "../optim/dp_golden.ts";
import { inFloat64 } from "./in_float64.ts";
import { data, model, SIZE } from "./problem.ts";

const { clip, rate, versions } = DP_GOLDEN;
const rows = (steps: number, batchSize: number) => ({
  rows: Array.from({ length: steps * batchSize }, (_, i) => (7 * i) % SIZE.examples),
  batchSize,
});

for (const { options, x, target, start, params: expected } of DP_GOLDEN.opacus) {
  Deno.test(`dpSgd() in a program follows opacus ${versions.opacus}, ${JSON.stringify(options)}`, async () => {
    const network = mlp({ inputs: 4, hidden: [5], outputs: 3, activation: "tanh" });
    await using program = await trainingProgram({
      model: inFloat64(withLoss(network, { loss: "cross-entropy" })),
      optimizer: dpSgd({ learningRate: rate, l2NormClip: clip, noiseMultiplier: 0, ...options }),
      data: {
        x: tensor(Float64Array.from(x), [target.length, 4]),
        target: tensor(BigInt64Array.from(target, BigInt)),
      },
    });
    const first = program.init();
    const params = Object.fromEntries(
      Object.entries(first.params).map(([n, { shape }]) => [n, tensor(Float64Array.from(start[n]!), shape)]),
    );
    let state = { ...first, params };
    for (const at of expected) {
      const batch = { rows: target.map((_, i) => i), batchSize: target.length };
      state = (await program.run(state, batch)).state as typeof state;
      for (const [n, values] of Object.entries(at)) {
        // opacus divides by the norm plus 1e-6.
        values.forEach((v, i) => assertAlmostEquals(Number(state.params[n]!.data[i]), v, 2e-7, n));
      }
    }
  });
}

/** Returns a perceptron with dropout. */
function dropping(): Model {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", SIZE.features]);
  const hidden = g.tanh(dense(g, x, { name: "one", size: [SIZE.features, 8], seed: 1 }));
  g.output(dense(g, dropout(g, hidden, 0.5), { name: "two", size: [8, SIZE.classes], seed: 2 }), "y");
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}

const images = (): ProgramOptions["data"] => ({
  x: tensor(normal({ seed: 1, stream: "x" }, SIZE.examples * 784), [SIZE.examples, 1, 28, 28]),
  target: tensor(BigInt64Array.from({ length: SIZE.examples }, (_, i) => BigInt(i % 10))),
});

const texts = (): ProgramOptions["data"] => {
  const tokens = BigInt64Array.from({ length: SIZE.examples * 6 }, (_, i) => BigInt((i * i) % 11));
  return {
    tokens: tensor(tokens, [SIZE.examples, 6]),
    target: tensor(tokens.map((t) => 10n - t), [SIZE.examples, 6]),
  };
};

const lenetModel = () => withLoss(lenet({ seed: 1 }), { loss: "cross-entropy" });

/** Trainings whose batch gradient is the mean of their examples' gradients. */
const MEANS: Readonly<Record<string, () => Omit<ProgramOptions, "optimizer">>> = {
  "a perceptron": () => ({ model: model(), data: data() }),
  "a perceptron with a known batch": () => ({ model: model(), data: data(), batchSize: 6 }),
  "dropout": () => ({ model: dropping(), data: data(), seed: 3 }),
  "smoothed labels": () => ({ model: model(), data: data(), labelSmoothing: 0.2 }),
  "LeNet, augmented": () => ({
    model: lenetModel(),
    data: images(),
    augment: { x: [horizontalFlip(), cutout({ size: 4 })] },
  }),
  "a transformer with dropout": () => ({
    model: withLoss(
      transformer({ vocabulary: 11, width: 8, heads: 2, layers: 1, context: 6, dropout: 0.1, seed: 1 }),
      { loss: "cross-entropy", classes: "last" },
    ),
    data: texts(),
  }),
};

for (const [name, options] of Object.entries(MEANS)) {
  Deno.test(`a training on gradients of examples that are not clipped is SGD's: ${name}`, async () => {
    const after = async (optimizer: Optimizer) => {
      await using program = await trainingProgram({ ...options(), optimizer });
      const { state, reports } = await program.run(program.init(), rows(3, 6));
      return { params: state.params, losses: [...reports.loss!] };
    };
    const expected = await after(sgd({ learningRate: 0.1 }));
    const got = await after(dpSgd({ learningRate: 0.1, l2NormClip: 1e9, noiseMultiplier: 0 }));
    assertEquals(got.losses[0], expected.losses[0]);
    for (const [n, t] of Object.entries(expected.params)) {
      t.data.forEach((v, i) => assertAlmostEquals(Number(got.params[n]!.data[i]), Number(v), 2e-6, n));
    }
    const clipped = await after(dpSgd({ learningRate: 0.1, l2NormClip: 0.1, noiseMultiplier: 0 }));
    assert(Math.abs(clipped.losses[2]! - expected.losses[2]!) > 1e-4);
  });
}

Deno.test("a program clips as the host does with the gradients of exampleGradientModel()", async () => {
  const options = { model: model(), data: data() };
  const make = () => chain(perExampleLayerNormClip(0.2), momentum({ learningRate: 0.1 }));
  await using program = await trainingProgram({ ...options, optimizer: make() });
  await using session = await openSession(exampleGradientModel(model(), { loss: "loss" }));
  const { x, target } = options.data as { x: Tensor; target: Tensor };
  const pixels = Float32Array.from(x.data as Uint8Array, (v) => v / 255);
  const inputs = { x: tensor(pixels, [SIZE.examples, SIZE.features]), target };
  const opt = make();
  const first = program.init();
  let [params, state] = [first.params as Record<string, Tensor>, first.optimizer];
  const all = { rows: Array.from({ length: SIZE.examples }, (_, i) => i), batchSize: SIZE.examples };
  let trained = first;
  for (let step = 0; step < 3; step++) {
    const out = await session.run({ ...inputs, ...params });
    const grads = Object.fromEntries(Object.keys(params).map((n) => [n, out[`grad_${n}`]!]));
    [params, state] = opt.step(grads, state, params);
    trained = (await program.run(trained, all)).state;
  }
  for (const [n, t] of Object.entries(params)) {
    t.data.forEach((v, i) => assertAlmostEquals(Number(trained.params[n]!.data[i]), Number(v), 1e-6, n));
  }
});

const noisy = () => averaged(dpSgd({ learningRate: 0.1, l2NormClip: 0.5, seed: 3, momentum: 0.5 }));

Deno.test("fit() with dpSgd() has the same bits whatever its chunks, and when it is resumed", async () => {
  const run = (more: object = {}) =>
    fit({ model: model(), train: data(), optimizer: noisy(), epochs: 2, batchSize: 8, seed: 1, ...more });
  const whole = await run();
  const other = await run({ chunk: 2 });
  assertEquals(other.state, whole.state);
  let saved: FitState | undefined;
  await run({ epochs: 1, chunk: 3, checkpoint: { save: (state: FitState) => void (saved = state) } });
  assert(saved!.step > 0);
  assertEquals((await run({ resume: saved })).state, whole.state);
  const quiet = await run({
    optimizer: averaged(dpSgd({ learningRate: 0.1, l2NormClip: 0.5, seed: 4, momentum: 0.5 })),
  });
  assert(quiet.state.params["layers.0.weight"]!.data[0] !== whole.state.params["layers.0.weight"]!.data[0]);
});

Deno.test("what has no gradients of single examples is refused by name", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", SIZE.features]);
  g.output(
    batchNorm(g, dense(g, x, { name: "one", size: [SIZE.features, SIZE.classes], seed: 1 }), {
      name: "norm",
      channels: SIZE.classes,
    }),
    "y",
  );
  const normalized = withLoss(buildModel(g), { loss: "cross-entropy" });
  const base = { model: model(), data: data(), optimizer: dpSgd() };
  const refused = (options: object, message: string) =>
    assertRejects(() => trainingProgram({ ...base, ...options }), RangeError, message);
  await refused(
    { model: normalized },
    "the batch normalization of 'norm.running_mean' normalizes by the batch",
  );
  await using program = await trainingProgram({ ...base, model: normalized, batchStatistics: false });
  await program.run(program.init(), rows(1, 4));
  await refused(
    { model: lenetModel(), data: images(), augment: { x: [mixup({ alpha: 0.2 })] } },
    "optimizer dpSgd takes the gradients of single examples: mixup of 'x' mixes two: leave it out",
  );
  await refused(
    { optimizer: chain(perExampleLayerNormClip(1), sophia()) },
    "the rule after it estimates the Hessian of the batch's loss",
  );
  await refused(
    { optimizer: chain(perExampleLayerNormClip(1), kfac()) },
    "the rule after it reads moments of layers over the batch",
  );
  const inputs = data();
  assertThrows(
    () => trainingModel({ model: model(), optimizer: dpSgd(), inputs, target: "gpu", precision: "float16" }),
    RangeError,
    "they are not computed in float16",
  );
});
