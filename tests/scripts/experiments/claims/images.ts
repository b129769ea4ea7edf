/**
 * Data of `lenet` and `cifar10` for tests of their claims.
 *
 * @module
 */
import type { Data } from "../../../../scripts/experiments/networks/images/data.ts";

/** By network: the test accuracy at the end, and the training loss of each epoch. */
export type ImagesGiven = Readonly<
  Record<string, { readonly testAccuracy: number; readonly losses: readonly number[] }>
>;

/** Returns the data of an experiment that trained the given networks. */
export function imagesOf(given: ImagesGiven): Data {
  return {
    data: "images",
    classes: 10,
    config: {
      epochs: 3,
      batchSize: 32,
      chunk: 32,
      schedule: "cosine",
      clip: "none",
      examples: 100,
      tested: 1000,
    },
    best: Object.keys(given)[0] ?? "",
    trained: Object.entries(given).map(([model, { testAccuracy, losses }]) => ({
      label: model,
      run: {
        model,
        optimizer: "adam",
        learningRate: 1e-3,
        hyperparameters: {},
        seed: 0,
        epochs: losses.length,
        steps: 10,
        parameters: 100,
        trainLoss: losses.at(-1) ?? NaN,
        validationLoss: 1,
        validationAccuracy: testAccuracy,
        testLoss: 1,
        testAccuracy,
        seconds: 1,
      },
      curve: losses.map((trainLoss, i) => ({
        epoch: i + 1,
        trainLoss,
        validationAccuracy: testAccuracy,
        testAccuracy,
      })),
    })),
  };
}
