/**
 * `finetune`: trains a user's model on the user's data.
 *
 * @module
 */
import { TRAINING_OPTIONS } from "../../cli/mod.ts";
import { experiment } from "../../run/mod.ts";
import { measure } from "./measure.ts";
import { DEFAULTS, OPTIONS } from "./options.ts";
import { page } from "./page.ts";
import { readTask } from "./task.ts";

/** Trains a model from a file, and writes it back with new weights. */
export const finetuneExperiment = experiment({
  summary: "train an ONNX model of your own on your data (needs --model, --train, --loss)",
  examples: [
    ["--model net.onnx --train x.npy,y.npy --loss cross-entropy", "arrays of inputs and of classes"],
    [
      "--model net.onnx --train table.csv --loss mse --freeze 'encoder.*'",
      "a table with the target in its last column; some weights stay",
    ],
    ["--model lm.onnx --train tokens.npy --loss cross-entropy --classes last", "a language model"],
  ],
  defaults: `${DEFAULTS.epochs} epochs, batches of ${DEFAULTS.batchSize}; ${DEFAULTS.optimizer}`,
  common: TRAINING_OPTIONS,
  options: OPTIONS,
  prepare: readTask,
  measure,
  page,
});
