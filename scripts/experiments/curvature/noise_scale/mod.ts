/**
 * `noise-scale`: how the noise of gradients grows over a training.
 *
 * @module
 */
import { experiment } from "../../../run/mod.ts";
import { EMBEDDED_STUDY_OPTIONS } from "../../../cli/mod.ts";
import { claims, scales } from "./claims.ts";
import { DEFAULTS, measure, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/**
 * Trainings on digits, with the gradient noise scale on the way.
 *
 * @see McCandlish, Kaplan, Amodei et al.: An empirical model of large-batch training, 2018.
 */
export const noiseScaleExperiment = experiment({
  summary: "the gradient noise scale on the way of a training: how large a batch still gains",
  examples: [["", "the claims at the default size"], [
    "--every 10 --steps 200 --seeds 2",
    "fewer measurements; two seeds cannot decide a claim",
  ]],
  defaults: `digits, MLP 64-${
    DEFAULTS.hidden.join("-")
  }-10, SGD, ${DEFAULTS.steps} steps, batches of ${DEFAULTS.batchSize}; ${DEFAULTS.seeds} seeds`,
  common: EMBEDDED_STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config: { seeds } }, asked) => ({
    seeds: seeds.length,
    claims: [{ claim: "the last noise scale against the first", comparisons: 1, quantity: scales(asked) }],
  }),
  claims,
  page,
});
