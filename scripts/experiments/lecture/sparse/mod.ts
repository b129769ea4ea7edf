/**
 * `sparse`: Adagrad on sparse features, and its rates over time.
 *
 * @module
 */
import { STUDY_OPTIONS } from "../../../cli/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { measure, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/** Logistic regression on bags of words. */
export const sparseExperiment = experiment({
  summary: "Adagrad on sparse features: against SGD and RMSProp, and their rates over time",
  defaults: "4,000 generated documents over 1,000 words; UCI Adult (a9a) with --data-dir; 20 epochs, 3 seeds",
  common: STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  claims,
  page,
});
