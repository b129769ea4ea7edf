/**
 * `tuning`: the lecture's 'tune for the data; no algorithm replaces that'.
 *
 * @module
 */
import { STUDY_OPTIONS } from "../../../cli/mod.ts";
import { hasAccuracy } from "../../../lab/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { FACTORS, measure, NAMES, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";
import { quantityOf } from "./quantity.ts";
import { SIZES } from "./task.ts";

/** Every optimizer over as many rates, centered at its usual one. */
export const tuningExperiment = experiment({
  summary: "an equal-budget tuning study: the spread due to the rate against the spread due to the optimizer",
  examples: [["", "on digits"], ["--epochs 3 --seeds 2", "faster; two seeds cannot decide a claim"], [
    "--model net.onnx --train x.npy,y.npy --loss cross-entropy",
    "on a model and data of your own",
  ]],
  defaults: `digits, MLP 64-64-10, ${SIZES.default.epochs} epochs, ${FACTORS.length} rates each, 8 seeds; ${
    NAMES.join(", ")
  }`,
  common: ["epochs", "batch-size", ...STUDY_OPTIONS],
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config: { seeds }, task }, asked) => ({
    seeds: seeds.length,
    claims: [{
      claim: "the gain by a tuned rate against that by another optimizer",
      comparisons: 1,
      quantity: quantityOf(hasAccuracy(task) ? "accuracy" : "loss", asked),
    }],
  }),
  claims,
  page,
});
