/**
 * DeepOBS's variational autoencoders of MNIST and Fashion-MNIST.
 *
 * @module
 */
import { type Data, type DataSet, normal, tensor } from "../../../mod.ts";
import type { Problem } from "../problem.ts";
import { imageProblem } from "./image_problem.ts";
import { mnistImages, type MnistName } from "./mnist_problems.ts";
import { vaeNetwork } from "./networks/vae.ts";

/** Dimensions of the code. */
const LATENT = 8;

function autoencoder(data: MnistName, facts: Pick<Problem, "name" | "title" | "set" | "epochs">): Problem {
  return imageProblem({
    ...facts,
    about:
      "A convolutional variational autoencoder: three convolutions of 4 x 4 with 64 channels, leaky ReLU (0.3) and dropout " +
      "(0.2), a code of 8 dimensions, dense layers of 24 and 49, three transposed convolutions of 4 x 4 with 64 channels, ReLU and " +
      "dropout, and a dense layer of 784 with a sigmoid; Glorot's uniform weights, biases 0. The loss is the sum of squared " +
      "errors of the pixels (0 to 1) plus the divergence of the code from a standard normal one; no regularization. Departures: " +
      "the noise of the code is a sum of uniform numbers (at most 4.6 in absolute value), and evaluations have one fixed draw for each example.",
    metric: "loss",
    batchSize: 64,
    model: (seed) => vaeNetwork({ seed }),
    inputs: withNoise,
    read: (dataDir) => mnistImages(data, { dataDir, who: facts.name }),
  });
}

/** Returns images from 0 to 1 with their noise for evaluation, drawn for the set and the part. */
function withNoise({ name, inputs: { x } }: DataSet, part: string): Data {
  const count = x.shape[0]!;
  const noise = normal({ seed: 0, stream: `vae/${name}/${part}` }, count * LATENT);
  return { x: { ...x, scale: 1 / 255 }, noise: tensor(noise, [count, LATENT]) } as Data;
}

/** The autoencoder of MNIST. */
export const mnistVae: Problem = autoencoder("mnist", {
  name: "mnist_vae",
  title: "variational autoencoder of MNIST",
  set: "deepobs-small",
  epochs: 50,
});

/** The autoencoder of Fashion-MNIST. */
export const fmnistVae: Problem = autoencoder("fashion-mnist", {
  name: "fmnist_vae",
  title: "variational autoencoder of Fashion-MNIST",
  set: "deepobs-large",
  epochs: 100,
});
