/**
 * `spectrum`: the eigenvalues of the Hessian before and after training.
 *
 * @module
 */
import { experiment } from "../../../run/mod.ts";
import { EMBEDDED_STUDY_OPTIONS } from "../../../cli/mod.ts";
import { claims, COUNTS, shares } from "./claims.ts";
import { DEFAULTS, measure, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/**
 * Trainings on digits, with the density of the Hessian's eigenvalues and the largest of them before and after.
 *
 * @see Sagun et al.: Empirical analysis of the Hessian of over-parametrized neural networks, 2017.
 * @see Ghorbani, Krishnan, Xiao: An investigation into neural net optimization via Hessian eigenvalue density, 2019.
 */
export const spectrumExperiment = experiment({
  summary: "the Hessian's eigenvalues before and after training: a bulk about 0, and a few outliers",
  examples: [["", "the 20 largest eigenvalues"], [
    "--top 15 --seeds 2",
    "faster; two seeds cannot decide a claim",
  ]],
  defaults: `digits, MLP 64-${
    DEFAULTS.hidden.join("-")
  }-10, SGD, ${DEFAULTS.epochs} epochs; the ${DEFAULTS.top} largest eigenvalues; ${DEFAULTS.seeds} seeds`,
  common: EMBEDDED_STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config: { seeds } }, asked) => ({
    seeds: seeds.length,
    claims: [
      { claim: "the bulk against nine tenths of the spectrum", comparisons: 1, quantity: shares(asked) },
      { claim: "the outliers against the classes", comparisons: 1, quantity: COUNTS },
    ],
  }),
  claims,
  page,
});
