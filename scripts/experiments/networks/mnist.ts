/**
 * `mnist`: optimizers on MNIST.
 *
 * @module
 */
import { mlp, readMnist } from "../../../mod.ts";
import { UsageError } from "../../console/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { dataFolder, howToFetch } from "../../fetch/mod.ts";
import { noteFilesOf } from "../../inputs/mod.ts";
import { classify, type Defaults, loadedOptimizers } from "../../lab/mod.ts";

const DEFAULTS: Defaults = {
  optimizers: ["sgd", "momentum", "adagrad", "rmsprop", "adam", "amsgrad", "swats-1e-5"],
  epochs: 5,
  batchSize: 128,
  chunk: 64,
};

/** An MLP 784-1000-10 on 60,000 images of 28 x 28 pixels, tested on 10,000. */
export const mnistExperiment: Experiment = {
  summary: "an MLP on MNIST (needs --data-dir), with one optimizer after another",
  defaults: `${DEFAULTS.epochs} epochs, batches of ${DEFAULTS.batchSize}; ${DEFAULTS.optimizers.join(", ")}`,
  async prepare(options) {
    await loadedOptimizers(options, DEFAULTS.optimizers);
    const folder = dataFolder("mnist", options);
    if (folder === undefined) {
      throw new UsageError(
        `mnist needs the folder that holds MNIST's four IDX files: ${howToFetch("mnist")}`,
      );
    }
    const { train, test } = await readMnist(folder, { onFile: noteFilesOf("mnist") });
    const inputs = (set: typeof train) => ({
      x: { ...set.inputs.x!, scale: 1 / 255 },
      target: set.inputs.y!,
    });
    const task = {
      model: (seed: number) => mlp({ inputs: 784, hidden: [1000], outputs: 10, seed }),
      train: inputs(train),
      test: inputs(test),
    };
    return (context) => classify(task, DEFAULTS, { context, title: "MNIST, MLP 784-1000-10" });
  },
};
