import { assertEquals } from "@std/assert";
import { DEEPOBS } from "../../../scripts/benchmark/deepobs/mod.ts";

/** DeepOBS's own table of settings (`DEFAULT_TEST_PROBLEMS_SETTINGS`): examples of a batch, epochs; and what it reports. */
const SETTINGS: Readonly<Record<string, readonly [number, number, "accuracy" | "loss"]>> = {
  mnist_vae: [64, 50, "loss"],
  fmnist_2c2d: [128, 100, "accuracy"],
  cifar10_3c3d: [128, 100, "accuracy"],
  mnist_logreg: [128, 50, "accuracy"],
  mnist_mlp: [128, 100, "accuracy"],
  mnist_2c2d: [128, 100, "accuracy"],
  fmnist_vae: [64, 100, "loss"],
  cifar100_allcnnc: [256, 350, "accuracy"],
  svhn_wrn164: [128, 160, "accuracy"],
  tolstoi_char_rnn: [50, 200, "accuracy"],
};

Deno.test("DEEPOBS holds DeepOBS's problems with its batches, epochs and measures", () => {
  const settings = DEEPOBS.map(({ name, batchSize, epochs, metric }) => [name, [batchSize, epochs, metric]]);
  assertEquals(Object.fromEntries(settings), SETTINGS);
  assertEquals(settings.length, 10);
});
