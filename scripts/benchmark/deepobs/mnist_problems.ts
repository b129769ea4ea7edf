/**
 * DeepOBS's classifiers of MNIST and Fashion-MNIST.
 *
 * @module
 */
import { linear, mlp, type Model, truncatedNormalOf, withLoss } from "../../../mod.ts";
import { requiredFolder, SOURCES } from "../../lab/tasks/mod.ts";
import type { Problem } from "../problem.ts";
import { type ImageSet, unitPixels } from "./image_data.ts";
import { type ImageFacts, imageProblem } from "./image_problem.ts";
import { twoConvNetwork } from "./networks/two_conv.ts";

/** A set in MNIST's format. */
export type MnistName = "mnist" | "fashion-mnist";

/** Reads MNIST or Fashion-MNIST. @throws {UsageError} if no folder has its files. */
export async function mnistImages(
  set: MnistName,
  { dataDir, who }: { dataDir: string | undefined; who: string },
): Promise<ImageSet> {
  return await SOURCES[set].read(
    requiredFolder(set, { dataDir, who, files: "its four IDX files" }),
  ) as ImageSet;
}

/** The data of the classifiers, for their descriptions. */
const DATA = "Pixels from 0 to 1, no augmentation.";

/** The facts about a classifier. */
interface MnistClassifier extends Pick<ImageFacts, "name" | "title" | "about" | "set" | "epochs" | "model"> {
  readonly data: MnistName;
}

function classifier({ data, about, ...facts }: MnistClassifier): Problem {
  return imageProblem({
    ...facts,
    about: `${about} ${DATA}`,
    metric: "accuracy",
    batchSize: 128,
    inputs: unitPixels,
    read: (dataDir) => mnistImages(data, { dataDir, who: facts.name }),
  });
}

const TWO_CONV =
  "Two convolutions of 5 x 5 (32 and 64 channels, padded), each with ReLU and 2 x 2 max-pooling, a dense " +
  "layer of 1,024 with ReLU, ten classes; weights normal of 0.05 within two deviations, biases 0.05; no regularization.";

/** 2c2d on Fashion-MNIST. */
export const fmnist2c2d: Problem = classifier({
  name: "fmnist_2c2d",
  title: "2c2d on Fashion-MNIST",
  about: TWO_CONV,
  set: "deepobs-small",
  epochs: 100,
  data: "fashion-mnist",
  model: (seed) => twoConvNetwork({ seed }),
});

/** 2c2d on MNIST. */
export const mnist2c2d: Problem = classifier({
  name: "mnist_2c2d",
  title: "2c2d on MNIST",
  about: TWO_CONV,
  set: "deepobs-extra",
  epochs: 100,
  data: "mnist",
  model: (seed) => twoConvNetwork({ seed }),
});

/** Logistic regression on MNIST. */
export const mnistLogreg: Problem = classifier({
  name: "mnist_logreg",
  title: "logistic regression on MNIST",
  about: "Logistic regression 784-10 from weights and biases of zero; no regularization.",
  set: "deepobs-extra",
  epochs: 50,
  data: "mnist",
  model: () => withLoss(linear({ inputs: 784, outputs: 10 }), { loss: "cross-entropy" }),
});

/** Returns DeepOBS's perceptron with its loss: 784-1000-500-100-10. */
export function perceptron(seed: number): Model {
  const initializer = truncatedNormalOf(0.03);
  const network = mlp({ inputs: 784, hidden: [1000, 500, 100], outputs: 10, seed, initializer });
  return withLoss(network, { loss: "cross-entropy" });
}

/** A perceptron on MNIST. */
export const mnistMlp: Problem = classifier({
  name: "mnist_mlp",
  title: "MLP 784-1000-500-100-10 on MNIST",
  about:
    "A perceptron 784-1000-500-100-10 with ReLU; weights normal of 0.03 within two deviations, biases 0; " +
    "no regularization.",
  set: "deepobs-extra",
  epochs: 100,
  data: "mnist",
  model: perceptron,
});
