/**
 * The problems of DeepOBS (Schneider, Balles, Hennig: DeepOBS: a deep learning optimizer benchmark suite, 2019), but for
 * those without data.
 *
 * Sizes, batches, epochs, weights and losses are those of its TensorFlow version, with which its stored runs were made. Its
 * runs evaluate whole batches alone, such as 9,984 of 10,000 images in batches of 128, and a random part of the training
 * examples; these problems evaluate all test examples and the first training examples.
 *
 * @module
 */
import type { Problem } from "../problem.ts";
import { cifar100AllConv, cifar103c3d, svhnWideResnet } from "./color_problems.ts";
import { fmnist2c2d, mnist2c2d, mnistLogreg, mnistMlp } from "./mnist_problems.ts";
import { tolstoiCharRnn } from "./text_problem.ts";
import { fmnistVae, mnistVae } from "./vae_problems.ts";

/** DeepOBS's problems with data: its small set, its large set, further ones. */
export const DEEPOBS: readonly Problem[] = [
  mnistVae,
  fmnist2c2d,
  cifar103c3d,
  mnistLogreg,
  mnistMlp,
  mnist2c2d,
  fmnistVae,
  cifar100AllConv,
  svhnWideResnet,
  tolstoiCharRnn,
];
