/**
 * `compare`: any optimizers, tuned with equal budgets, over any number of seeds.
 *
 * @module
 */
import { OPTIMIZER_OPTIONS, STUDY_OPTIONS } from "../../cli/mod.ts";
import { quantityOf } from "../../comparison/mod.ts";
import { hasAccuracy } from "../../lab/mod.ts";
import { experiment } from "../../run/mod.ts";
import { claims } from "./claims.ts";
import { measure, prepare } from "./measure.ts";
import { DEFAULTS, OPTIONS } from "./options.ts";
import { page } from "./page.ts";

/** Optimizers x seeds, each tuned by as many trials, and a paired test of each pair. */
export const compareExperiment = experiment({
  summary: "any optimizers on any data and model, tuned with equal budgets, with intervals and paired tests",
  examples: [
    [
      "--optimizer 'sgd(momentum=0.9),adamw' --schedule 'cosine(warmUp=100)'",
      "which of two is better, each with 16 trials, over 10 seeds",
    ],
    ["--data iris --budget 4 --seeds 6 --epochs 5", "faster, on another data set"],
    ["--optimizer adam,./mine.ts --search all", "a rule of your own, all hyper-parameters searched"],
    ["--model net.onnx --train x.npy,y.npy --loss cross-entropy", "on a model and data of your own"],
  ],
  defaults: `digits, MLP 64-64-10, ${DEFAULTS.epochs} epochs, batches of 32, 10 seeds; ${
    DEFAULTS.optimizers.join(", ")
  }, ${DEFAULTS.budget} trials each`,
  common: [...OPTIMIZER_OPTIONS, "epochs", "batch-size", ...STUDY_OPTIONS],
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config: { seeds }, contenders, task }, asked) => {
    const arms = contenders.reduce((sum, { rates }) => sum + (rates?.length ?? 1), 0);
    return {
      seeds: seeds.length,
      claims: arms < 2 ? [] : [{
        claim: "the best by validation against each of the others",
        comparisons: arms - 1,
        quantity: quantityOf(hasAccuracy(task) ? "testAccuracy" : "testLoss", asked),
      }],
    };
  },
  claims,
  page,
});
