/**
 * A variational autoencoder learns the digits and draws new ones.
 *
 * The noise of the latent vectors is a column of the data set whose rows are drawn anew whenever they are read.
 *
 * Run: deno run --allow-ffi --allow-read --allow-env --allow-sys examples/vae.ts
 *
 * @module
 */
import {
  adam,
  buildModel,
  dense,
  digits,
  fit,
  Graph,
  type Model,
  normal,
  openSession,
  type RowSource,
  split,
  tensor,
  type Value,
  withWeights,
} from "../mod.ts";

/** Units of a hidden layer, and numbers of a latent vector. */
const HIDDEN = 128;
const LATENT = 8;

/** Adds the decoder: latent vectors to the logits of pixels. */
function decode(g: Graph, z: Value): Value {
  const hidden = g.relu(dense(g, z, { name: "decoder.0", size: [LATENT, HIDDEN], seed: 1 }));
  return dense(g, hidden, { name: "decoder.1", size: [HIDDEN, 64], seed: 1 });
}

/** Builds the model: images `x` in [0, 1] and noise to the negative evidence bound in nats an image, and its second part. */
function autoencoder(): Model {
  const g = new Graph({ name: "vae" });
  const x = g.input("x", "float32", ["N", 64]);
  const hidden = g.relu(dense(g, x, { name: "encoder.0", size: [64, HIDDEN], seed: 1 }));
  const mean = dense(g, hidden, { name: "encoder.mean", size: [HIDDEN, LATENT], seed: 1 });
  const logVariance = dense(g, hidden, { name: "encoder.logVariance", size: [HIDDEN, LATENT], seed: 1 });
  const noise = g.input("noise", "float32", ["N", LATENT]);
  const logits = decode(g, g.add(mean, g.mul(g.exp(g.mul(0.5, logVariance)), noise)));
  const perImage = (v: Value) => g.reduceMean(g.reduceSum(v, [1], { keepdims: 0 }), null, { keepdims: 0 });
  const reconstruction = perImage(g.sub(g.softplus(logits), g.mul(x, logits)));
  const square = g.add(g.mul(mean, mean), g.exp(logVariance));
  const divergence = g.mul(0.5, perImage(g.sub(square, g.add(logVariance, 1))));
  g.output(g.add(reconstruction, divergence), "loss");
  g.output(divergence, "divergence");
  return buildModel(g);
}

/** Returns a column of normal numbers that are new at each reading, and the same in each run of the program. */
function freshNoise(examples: number, stream: string): RowSource {
  let step = 0;
  return {
    dtype: "float32",
    shape: [examples, LATENT],
    read: (rows) => Promise.resolve(normal({ seed: 1, stream, step: step++ }, rows.length * LATENT)),
  };
}

/** Trains, and returns the bound on held-out images after the first and the last epoch, and an image drawn from noise. */
export async function run({ epochs = 60 } = {}) {
  const { train, test } = split(digits(), { fractions: { test: 0.2 }, seed: 1 });
  const data = (set: typeof train, stream: string) => ({
    x: { ...set.inputs.x, scale: 1 / 16 },
    noise: freshNoise(set.inputs.x.shape[0]!, stream),
  });
  const { epochs: records, state } = await fit({
    model: autoencoder(),
    optimizer: adam({ learningRate: 2e-3 }),
    train: data(train, "train"),
    evaluate: { test: data(test, "test") },
    metrics: ["loss", "divergence"],
    epochs,
    batchSize: 64,
  });
  const g = new Graph({ name: "decoder" });
  g.output(g.sigmoid(decode(g, g.input("z", "float32", ["N", LATENT]))), "image");
  const weights = Object.entries(state.params).filter(([name]) => name.startsWith("decoder."));
  await using session = await openSession(withWeights(buildModel(g), Object.fromEntries(weights)));
  const z = tensor(normal({ seed: 2, stream: "drawn" }, 6 * LATENT), [6, LATENT]);
  const { image } = await session.run({ z });
  const [first, last] = [records[0]!.metrics.test!, records.at(-1)!.metrics.test!];
  return {
    first: first.loss!,
    last: last.loss!,
    divergence: last.divergence!,
    images: image!.data as Float32Array,
  };
}

/** Returns images of 8 by 8 pixels beside each other, as text. */
export function drawn(images: Float32Array): string {
  const shade = (v: number) => " .:-=+*#%@"[Math.min(9, Math.floor(v * 10))]!.repeat(2);
  const row = (image: number, y: number) =>
    Array.from(images.subarray(64 * image + 8 * y, 64 * image + 8 * y + 8), shade);
  const line = (y: number) =>
    Array.from({ length: images.length / 64 }, (_, i) => row(i, y).join("")).join("  ");
  return Array.from({ length: 8 }, (_, y) => line(y)).join("\n");
}

if (import.meta.main) {
  const { first, last, divergence, images } = await run();
  console.log(
    `negative bound on held-out digits: ${first.toFixed(2)} nats after one epoch, ${
      last.toFixed(2)
    } at the end`,
  );
  console.log(`of these, the latent vectors take ${divergence.toFixed(2)}; six digits drawn from noise:`);
  console.log(drawn(images));
}
