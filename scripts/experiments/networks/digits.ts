/**
 * `digits`: optimizers on the embedded UCI digits.
 *
 * @module
 */
import { digits, mlp, split } from "../../../mod.ts";
import { TRAINING_OPTIONS } from "../../cli/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { classify, type Defaults, loadedOptimizers } from "../../lab/mod.ts";

const DEFAULTS: Defaults = {
  optimizers: ["sgd", "momentum", "adagrad", "rmsprop", "adam", "amsgrad", "swats-1e-5"],
  epochs: 40,
  batchSize: 32,
  chunk: 64,
  learningRates: { rmsprop: 2e-3, adam: 3e-3, amsgrad: 3e-3, "swats-1e-5": 3e-3 },
};

/** An MLP 64-256-10 on 1,437 images of 8 x 8 pixels, tested on 360. */
export const digitsExperiment: Experiment = {
  summary: "an MLP on UCI's handwritten digits (embedded), with one optimizer after another",
  defaults: `${DEFAULTS.epochs} epochs, batches of ${DEFAULTS.batchSize}; ${DEFAULTS.optimizers.join(", ")}`,
  common: TRAINING_OPTIONS,
  async prepare(options) {
    await loadedOptimizers(options, DEFAULTS.optimizers);
    return (context) => {
      const { train, test } = split(digits(), {
        fractions: { test: 0.2 },
        seed: options.seed,
        stratify: true,
      });
      // Pixels are counts from 0 to 16.
      const inputs = (set: typeof train) => ({
        x: { ...set.inputs.x!, scale: 1 / 16 },
        target: set.inputs.y!,
      });
      const task = {
        model: (seed: number) => mlp({ inputs: 64, hidden: [256], outputs: 10, seed }),
        train: inputs(train),
        test: inputs(test),
      };
      return classify(task, DEFAULTS, { context, title: "UCI digits, MLP 64-256-10" });
    };
  },
};
