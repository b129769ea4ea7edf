/** Compares the variational autoencoder with its formulas in float64, with the random bits of its noise. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  adam,
  type DataTensor,
  graphOf,
  openSession,
  openTrainer,
  randomBits,
  sgd,
  tensor,
  trainingProgram,
} from "../../../mod.ts";
import { vaeModel } from "../../../scripts/benchmark/embedded/digits_vae.ts";
import { PROBLEMS } from "../../../scripts/benchmark/mod.ts";

const [EXAMPLES, PIXELS, LATENT] = [8, 64, 4] as const;

type Weights = Readonly<Record<string, ArrayLike<number>>>;

const model = vaeModel(3);
const weights: Weights = Object.fromEntries(
  [...graphOf(model).graph.initializers].filter(([name]) => /^(en|de)coder/.test(name))
    .map(([name, { tensor }]) => [name, tensor().data as Float32Array]),
);
const task = await PROBLEMS.digits_vae!.load({ dataDir: undefined });
const x = Float32Array.from(
  (task.train.x as DataTensor).data.slice(0, EXAMPLES * PIXELS) as Uint8Array,
  (v) => v / 16,
);

/** Returns `W a + b` of a layer. */
function affine(w: Weights, name: string, a: readonly number[]): number[] {
  const [weight, bias] = [w[`${name}.weight`]!, w[`${name}.bias`]!];
  return Array.from(bias, (b, o) => a.reduce((sum, v, i) => sum + weight[o * a.length + i]! * v, b));
}

const relu = (a: readonly number[]) => a.map((v) => Math.max(0, v));

/** Returns the loss: by Kingma and Welling's formulas, example by example. */
function loss(w: Weights, noise: ArrayLike<number>): number {
  let total = 0;
  for (let n = 0; n < EXAMPLES; n++) {
    const image = Array.from(x.subarray(n * PIXELS, (n + 1) * PIXELS));
    const encoded = relu(affine(w, "encoder.hidden", image));
    const mean = affine(w, "encoder.mean", encoded);
    const logVariance = affine(w, "encoder.log_variance", encoded);
    const z = mean.map((m, j) => m + Math.exp(logVariance[j]! / 2) * noise[n * LATENT + j]!);
    const logits = affine(w, "decoder.output", relu(affine(w, "decoder.hidden", z)));
    logits.forEach((logit, i) => {
      const p = 1 / (1 + Math.exp(-logit));
      total -= image[i]! * Math.log(p) + (1 - image[i]!) * Math.log(1 - p);
    });
    mean.forEach((m, j) => total += 0.5 * (m * m + Math.exp(logVariance[j]!) - 1 - logVariance[j]!));
  }
  return total / EXAMPLES;
}

/** Returns the noise of a step: word `k` below 2^31 drops the one of bit `k`, which leaves -1 times its weight. */
function stepNoise(seed: number, step: number, count = EXAMPLES * LATENT): number[] {
  const words = randomBits({ seed, stream: "dropout/Dropout:dropout", step }, count * 32);
  return Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < 32; k++) sum += (words[i * 32 + k]! < 2 ** 31 ? -1 : 1) * 2 ** (k % 4);
    return sum / Math.sqrt(8 * 85);
  });
}

const inputs = (noise: ArrayLike<number>) => ({
  x: tensor(x, [EXAMPLES, PIXELS]),
  noise: tensor(Float32Array.from(noise), [EXAMPLES, LATENT]),
});

Deno.test("vaeModel(): its loss in evaluation has the given noise", async () => {
  await using session = await openSession(model);
  for (const noise of [new Float32Array(EXAMPLES * LATENT), stepNoise(9, 0)]) {
    const { loss: got } = await session.run(inputs(noise));
    assertAlmostEquals(Number(got!.data[0]) / loss(weights, noise), 1, 1e-6);
  }
});

for (const target of ["cpu", "gpu"] as const) {
  Deno.test(`vaeModel() for a ${target}: losses and gradients of a training are those of its own noise in each step`, async () => {
    const clean = inputs(new Float32Array(EXAMPLES * LATENT).fill(5));
    const rows = Array.from({ length: EXAMPLES }, (_, i) => i);
    const seed = 5;
    await using still = await trainingProgram({
      model,
      optimizer: sgd({ learningRate: 0 }),
      data: clean,
      seed,
    });
    const { reports } = await still.run(still.init(), { rows: [...rows, ...rows], batchSize: EXAMPLES });
    for (const step of [0, 1]) {
      assertAlmostEquals(reports.loss![step]! / loss(weights, stepNoise(seed, step)), 1, 1e-6);
    }
    assert(reports.loss![0] !== reports.loss![1]);
    await using unit = await trainingProgram({
      model,
      optimizer: sgd({ learningRate: 1 }),
      data: clean,
      target,
      seed,
    });
    const { state } = await unit.run(unit.init(), { rows, batchSize: EXAMPLES });
    assertEquals(Object.keys(state.params).sort(), Object.keys(weights).sort());
    const noise = stepNoise(seed, 0);
    for (const [name, before] of Object.entries(weights)) {
      // A step of rate 1 changes each parameter by its gradient.
      const gradient = Array.from(before, (v, i) => v - Number(state.params[name]!.data[i]));
      const direction = gradient.map((_, i) => Math.sin(1 + i * i));
      const moved = (h: number) =>
        loss({ ...weights, [name]: Array.from(before, (v, i) => v + h * direction[i]!) }, noise);
      const slope = (moved(1e-6) - moved(-1e-6)) / 2e-6;
      const product = gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0);
      assertAlmostEquals(product, slope, 2e-5 * (1 + Math.hypot(...gradient)), name);
    }
  });
}

Deno.test("the noise of a training has mean 0, deviation 1 and nearly a normal kurtosis", () => {
  const noise = stepNoise(1, 0, 20_000);
  const moment = (k: number) => noise.reduce((sum, v) => sum + v ** k, 0) / noise.length;
  assertAlmostEquals(moment(1), 0, 0.03);
  assertAlmostEquals(moment(2), 1, 0.04);
  assertAlmostEquals(moment(4), 2.85, 0.2);
});

Deno.test("digits_vae: the same bits for any chunk, and from a step within the training on", async () => {
  await using trainer = await openTrainer({
    model: task.model(2),
    train: task.train,
    evaluate: { test: task.evaluate.test! },
    metrics: ["loss"],
  });
  const options = { optimizer: adam({ learningRate: 0.01 }), epochs: 1, batchSize: 128, seed: 2 };
  const whole = await trainer.train({ ...options, chunk: 7 });
  const single = await trainer.train({ ...options, chunk: 1 });
  const part = await trainer.train({ ...options, steps: 3 });
  const resumed = await trainer.train({ ...options, from: { state: part.state, step: 3 } });
  for (const other of [single, resumed]) {
    assertEquals(other.state, whole.state);
    assertEquals(other.epochs.at(-1)!.metrics, whole.epochs.at(-1)!.metrics);
  }
});
