/**
 * A generative adversarial network learns a ring of points: two optimizers, and two programs that take turns.
 *
 * Both programs hold the same parameters. One minimizes the discriminator's loss and leaves the generator alone, the
 * other does the reverse. Each turn begins with the parameters that the other left.
 *
 * Run: deno run --allow-ffi --allow-read --allow-env --allow-sys examples/gan.ts
 *
 * @module
 */
import {
  adam,
  buildModel,
  freeze,
  Graph,
  heNormal,
  type Model,
  normal,
  openSession,
  permutation,
  tensor,
  trainingProgram,
  type TrainState,
  uniform,
  type Value,
  withWeights,
  zeros,
} from "../mod.ts";

/** Points of the data set, and of a batch. */
const POINTS = 4096;
const BATCH = 128;

/** Returns a network of two hidden layers as a function, so that it can be applied twice with the same weights. */
function network(g: Graph, name: string, outputs: number): (x: Value) => Value {
  const layers = [[64, 2], [64, 64], [outputs, 64]].map(([out, inputs], i) => ({
    weight: g.initializer(
      `${name}.${i}.weight`,
      heNormal([out!, inputs!], { seed: 1, name: `${name}.${i}` }),
    ),
    bias: g.initializer(`${name}.${i}.bias`, zeros([out!], { seed: 1, name: `${name}.${i}` })),
  }));
  return (x) =>
    layers.reduce((h, { weight, bias }, i) => {
      const y = g.gemm(h, weight, bias, { transB: 1 });
      return i < 2 ? g.leakyRelu(y, { alpha: 0.2 }) : y;
    }, x);
}

/** Builds the model: from latent vectors `z` and points `x` to made-up points and the losses of both players. */
function players(): Model {
  const g = new Graph({ name: "gan" });
  const generate = network(g, "generator", 2);
  const judge = network(g, "discriminator", 1);
  const fake = generate(g.input("z", "float32", ["N", 2]));
  const real = judge(g.input("x", "float32", ["N", 2]));
  const judged = judge(fake);
  const mean = (x: Value) => g.reduceMean(x, null, { keepdims: 0 });
  g.output(fake, "fake");
  // Cross-entropies of logits: softplus(-a) where the answer is "real", softplus(a) where it is "fake".
  g.output(g.add(mean(g.softplus(g.neg(real))), mean(g.softplus(judged))), "discriminatorLoss");
  g.output(mean(g.softplus(g.neg(judged))), "generatorLoss");
  return buildModel(g);
}

/** Trains both players, and returns how far made-up points are from the ring of radius 1, and how much of it they cover. */
export async function run(
  { turns = 3000 } = {},
): Promise<{ radius: number; spread: number; covered: number }> {
  const model = players();
  const angles = uniform({ seed: 1, stream: "angles" }, POINTS);
  const noise = normal({ seed: 1, stream: "noise" }, 2 * POINTS, { std: 0.05 });
  const ring = noise.map((e, i) => e + (i % 2 === 0 ? Math.cos : Math.sin)(2 * Math.PI * angles[i >> 1]!));
  const z = tensor(normal({ seed: 1, stream: "latent" }, 2 * POINTS), [POINTS, 2]);
  const data = { z, x: tensor(ring, [POINTS, 2]) };
  const only = (player: string) =>
    freeze(adam({ learningRate: 1e-3, beta1: 0.5 }), { frozen: (name) => !name.startsWith(player) });
  const options = { model, data, batchSize: BATCH };
  await using first = await trainingProgram({
    ...options,
    loss: "discriminatorLoss",
    optimizer: only("discriminator"),
  });
  await using second = await trainingProgram({
    ...options,
    loss: "generatorLoss",
    optimizer: only("generator"),
  });
  let [discriminator, generator]: TrainState[] = [first.init(), second.init()];
  for (let turn = 0; turn < turns; turn++) {
    const rows = permutation({ seed: 1, stream: "rows", step: turn }, POINTS).subarray(0, BATCH);
    const batches = { rows, batchSize: BATCH };
    discriminator = (await first.run({ ...discriminator!, params: generator!.params }, batches)).state;
    generator = (await second.run({ ...generator!, params: discriminator.params }, batches)).state;
  }
  await using session = await openSession(withWeights(model, generator!.params));
  const { fake } = await session.run(data);
  return measured(fake!.data as Float32Array);
}

/** Returns the mean and deviation of the radius, and the share of 36 sectors that hold a fifth of an even share of points. */
function measured(points: Float32Array) {
  const all = Array.from(
    { length: points.length / 2 },
    (_, i) => [points[2 * i]!, points[2 * i + 1]!] as const,
  );
  const radii = all.map(([x, y]) => Math.hypot(x, y));
  const radius = radii.reduce((a, b) => a + b) / radii.length;
  const spread = Math.sqrt(radii.reduce((a, r) => a + (r - radius) ** 2, 0) / radii.length);
  const sectors = new Uint32Array(36);
  for (const [x, y] of all) sectors[Math.floor(18 * (1 + Math.atan2(y, x) / Math.PI)) % 36]!++;
  const covered = sectors.filter((n) => n >= all.length / 36 / 5).length / 36;
  return { radius, spread, covered };
}

if (import.meta.main) {
  const { radius, spread, covered } = await run();
  console.log(`made-up points: radius ${radius.toFixed(3)} ± ${spread.toFixed(3)} (data: 1 ± 0.05)`);
  console.log(`sectors of the ring that they cover: ${(100 * covered).toFixed(0)} %`);
}
