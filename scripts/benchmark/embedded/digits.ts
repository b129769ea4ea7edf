/**
 * Problems on the embedded digits: 1,797 images of 8 x 8 pixels in ten classes.
 *
 * @module
 */
import { classifierOf, type NetworkName, type Parts, readParts } from "../../lab/tasks/mod.ts";
import type { Problem } from "../problem.ts";
import { taskOf } from "./task_parts.ts";

/** The split of the digits, the same for all seeds. */
export const DIGITS_ABOUT =
  "UCI's digits with pixels from 0 to 1, a fifth of them for validation and a fifth for the test.";

/** Returns the digits in parts: 1,079 for training, 359 for validation and 359 for the test. */
export function digitsParts(): Promise<Parts> {
  return readParts("digits", { validation: 0.2, test: 0.2 }, { dataDir: undefined, who: "benchmark" });
}

/** Returns the problem of classifying the digits by a network of the registry. */
function classification(
  network: NetworkName,
  problem: Pick<Problem, "name" | "title" | "about" | "batchSize" | "epochs">,
): Problem {
  return {
    ...problem,
    about: `${problem.about} ${DIGITS_ABOUT}`,
    set: "embedded",
    metric: "accuracy",
    async load({ published }) {
      const parts = await digitsParts();
      return taskOf(parts, { model: classifierOf(parts, network).model, published });
    },
  };
}

/** Logistic regression. */
export const digitsLogreg: Problem = classification("linear", {
  name: "digits_logreg",
  title: "logistic regression on digits",
  about: "Logistic regression 64-10 from weights of zero.",
  batchSize: 128,
  epochs: 10,
});

/** A perceptron with one hidden layer. */
export const digitsMlp: Problem = classification("mlp-64", {
  name: "digits_mlp",
  title: "MLP 64-64-10 on digits",
  about: "A perceptron 64-64-10 with ReLU, He-normal weights before it and zero biases.",
  batchSize: 128,
  epochs: 10,
});

/** A small convolutional network. */
export const digitsCnn: Problem = classification("cnn", {
  name: "digits_cnn",
  title: "small CNN on digits",
  about:
    "Convolutions of 3 x 3 with 8 and 16 channels and ReLU, each with max-pooling, and a linear layer 64-10; He-normal weights.",
  batchSize: 64,
  epochs: 5,
});
