/**
 * A variational autoencoder of the embedded digits.
 *
 * @module
 */
import {
  activate,
  binaryCrossEntropy,
  buildModel,
  type Data,
  dense,
  Graph,
  heNormal,
  type Model,
  normal,
  tensor,
  type Value,
} from "../../../mod.ts";
import type { Problem } from "../problem.ts";
import { normalNoise } from "../normal_noise.ts";
import { DIGITS_ABOUT, digitsParts } from "./digits.ts";
import { taskOf } from "./task_parts.ts";

const PIXELS = 64;

const HIDDEN = 32;

/** Latent dimensions. */
const LATENT = 4;

/**
 * Returns the model: `x` `[N, 64]` from 0 to 1, and `noise` `[N, 4]` for evaluation. Its `loss` is the mean over examples
 * of the pixels' cross-entropies, added up, and of the divergence KL(N(mean, exp(logVariance)) || N(0, 1)).
 */
export function vaeModel(seed: number): Model {
  const g = new Graph({ name: "vae" });
  const x = g.input("x", "float32", ["N", PIXELS]);
  const evaluated = g.input("noise", "float32", ["N", LATENT]);
  const layer = (name: string, from: Value, size: readonly [number, number]) =>
    dense(g, from, { name, size, seed });
  const hidden = (name: string, from: Value, size: readonly [number, number]) =>
    activate(g, dense(g, from, { name, size, seed, initializer: heNormal }), "relu");
  const encoded = hidden("encoder.hidden", x, [PIXELS, HIDDEN]);
  const mean = layer("encoder.mean", encoded, [HIDDEN, LATENT]);
  const logVariance = layer("encoder.log_variance", encoded, [HIDDEN, LATENT]);
  const deviation = g.exp(g.mul(logVariance, 0.5));
  const z = g.add(mean, g.mul(deviation, normalNoise(g, evaluated, LATENT)));
  const logits = layer("decoder.output", hidden("decoder.hidden", z, [LATENT, HIDDEN]), [HIDDEN, PIXELS]);
  const reconstruction = g.mul(binaryCrossEntropy(g, logits, x), PIXELS);
  const each = g.sub(g.add(g.mul(mean, mean), g.mul(deviation, deviation)), g.add(logVariance, 1));
  const divergence = g.mul(g.reduceMean(each, null, { keepdims: 0 }), LATENT / 2);
  g.output(g.add(reconstruction, divergence), "loss");
  return buildModel(g);
}

/** Returns examples with their noise for evaluation, drawn for the set's name. */
function withNoise({ x }: Data, set: string): Data {
  const count = x!.shape[0]!;
  const noise = normal({ seed: 0, stream: `digits_vae/${set}` }, count * LATENT);
  return { x: x!, noise: tensor(noise, [count, LATENT]) };
}

/** The variational autoencoder. */
export const digitsVae: Problem = {
  name: "digits_vae",
  title: "variational autoencoder of digits",
  about:
    "A variational autoencoder 64-32-4-32-64 with ReLU: the cross-entropy of the pixels plus the divergence of the code from " +
    "a standard normal one. A training draws its noise anew in each step, evaluations have one fixed draw for each example. " +
    DIGITS_ABOUT,
  set: "embedded",
  metric: "loss",
  batchSize: 64,
  epochs: 10,
  async load({ published }) {
    const { train, validation, test } = await digitsParts();
    const parts = {
      train: withNoise(train, "train"),
      validation: withNoise(validation, "validation"),
      test: withNoise(test, "test"),
    };
    return taskOf(parts, { model: vaeModel, metrics: ["loss"], published });
  },
};
