/**
 * `sparse`: Adagrad on sparse features, and its rates over time.
 *
 * @module
 */
import { STUDY_OPTIONS } from "../../../cli/mod.ts";
import { loss } from "../../../decision/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims, EXPONENT } from "./claims.ts";
import { measure, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/** Logistic regression on bags of words. */
export const sparseExperiment = experiment({
  summary: "Adagrad on sparse features: against SGD and RMSProp, and their rates over time",
  examples: [["", "on generated documents"], ["--data-dir data/a9a", "on UCI Adult"], [
    "--epochs 5 --seeds 2",
    "faster; two seeds cannot decide a claim",
  ]],
  defaults: "4,000 generated documents over 1,000 words; UCI Adult (a9a) with --data-dir; 20 epochs, 8 seeds",
  common: STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  design: ({ seeds }, asked) => ({
    seeds: seeds.length,
    claims: [
      { claim: "Adagrad against SGD", comparisons: 1, quantity: loss(asked) },
      { claim: "the rates of frequent and of rare features", comparisons: 2, quantity: EXPONENT },
    ],
  }),
  claims,
  page,
});
