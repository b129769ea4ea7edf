/**
 * `flat-minima`: how sharp the ends of small-batch and large-batch trainings are.
 *
 * @module
 */
import { accuracy } from "../../../decision/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { EMBEDDED_STUDY_OPTIONS } from "../../../cli/mod.ts";
import { claims, sharpnessOf } from "./claims.ts";
import { DEFAULTS, measure, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/**
 * Small batches against large ones, at the same training loss.
 *
 * @see Keskar, Mudigere, Nocedal, Smelyanskiy, Tang: On large-batch training for deep learning: generalization gap and sharp
 * minima, 2017.
 */
export const flatMinimaExperiment = experiment({
  summary: "small batches against large ones at the same training loss: sharpness and test accuracy",
  examples: [["", "the claims at the default size"], [
    "--small 4 --seeds auto",
    "smaller batches, as many seeds as needed",
  ]],
  defaults: `${DEFAULTS.examples} digits, MLP 64-${
    DEFAULTS.hidden.join("-")
  }-10, Adam, batches of ${DEFAULTS.small} and of a tenth of the data; ${DEFAULTS.seeds} seeds`,
  common: EMBEDDED_STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config: { seeds } }, asked) => ({
    seeds: seeds.length,
    claims: [
      { claim: "the rise in a box", comparisons: 1, quantity: sharpnessOf(asked) },
      { claim: "the largest eigenvalue", comparisons: 1, quantity: sharpnessOf(asked) },
      { claim: "test accuracy", comparisons: 1, quantity: accuracy(asked) },
    ],
  }),
  claims,
  page,
});
