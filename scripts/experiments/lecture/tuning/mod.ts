/**
 * `tuning`: the lecture's 'tune for the data; no algorithm replaces that'.
 *
 * @module
 */
import { STUDY_OPTIONS } from "../../../cli/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { FACTORS, measure, NAMES, OPTIONS, prepare, SIZES } from "./measure.ts";
import { page } from "./page.ts";

/** Every optimizer over as many rates, centered at its usual one. */
export const tuningExperiment = experiment({
  summary: "an equal-budget tuning study: the spread due to the rate against the spread due to the optimizer",
  defaults: `digits, MLP 64-64-10, ${SIZES.default.epochs} epochs, ${FACTORS.length} rates each, 4 seeds; ${
    NAMES.join(", ")
  }`,
  common: STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  claims,
  page,
});
