/**
 * `edge-of-stability`: where the sharpness of a training comes to rest.
 *
 * @module
 */
import { experiment } from "../../../run/mod.ts";
import { EMBEDDED_STUDY_OPTIONS } from "../../../cli/mod.ts";
import { claims } from "./claims.ts";
import { DEFAULTS, measure, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/**
 * Full-batch trainings, with the largest eigenvalue of the Hessian on the way.
 *
 * @see Cohen et al.: Gradient descent on neural networks typically occurs at the edge of stability, 2021, and Adaptive
 * gradient methods at the edge of stability, 2022.
 */
export const edgeOfStabilityExperiment = experiment({
  summary: "full-batch training: the sharpness rises to the edge of stability and stays there",
  examples: [["", "gradient descent, momentum and Adam"], [
    "--gd-rates 0.9 --momentum-rates none --adam-rates none --steps 1000",
    "one rate of gradient descent",
  ]],
  defaults: `${DEFAULTS.examples} digits, MLP 64-${
    DEFAULTS.hidden.join("-")
  }-10 of tanh, square loss; gradient descent, momentum, Adam; ${DEFAULTS.steps} steps`,
  common: EMBEDDED_STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  claims,
  page,
});
