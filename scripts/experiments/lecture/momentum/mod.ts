/**
 * `momentum`: what momentum does for badly conditioned problems.
 *
 * @module
 */
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { measure, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/** Iterations against condition number, paths in a ravine, updates after an outlier. */
export const momentumExperiment = experiment({
  summary:
    "momentum: iterations against condition number, oscillation in a ravine, a sudden change of gradient",
  examples: [["", "condition numbers 1 to 10^4"], ["--decades 2", "up to 100"]],
  defaults: "condition numbers 1 to 10^4, each rule with the constants that are optimal in theory",
  common: ["seed", "out", "resume"],
  options: OPTIONS,
  prepare,
  measure,
  claims,
  page,
});
