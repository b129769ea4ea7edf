/**
 * `annealing`: the lecture's schedules 'by a pre-defined plan, or when the change in objective between epochs falls below a
 * threshold'.
 *
 * @module
 */
import { STUDY_OPTIONS } from "../../../cli/mod.ts";
import { loss } from "../../../decision/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { AS_GOOD, claims, plansOf } from "./claims.ts";
import { measure, OPTIONS, prepare, SIZES } from "./measure.ts";
import { page } from "./page.ts";

/** One training, its rate annealed in one way after another. */
export const annealingExperiment = experiment({
  summary: "planned schedules against annealing when the objective stops changing",
  examples: [["", "the claims at the default size"], [
    "--seeds auto",
    "as many seeds as show the smallest effect that matters",
  ]],
  defaults: `digits, MLP 64-64-10, SGD with momentum, ${SIZES.default.epochs} epochs, 8 seeds`,
  common: STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config: { seeds }, schedules }, asked) => ({
    seeds: seeds.length,
    claims: [
      { claim: "each lowered rate against a constant one", comparisons: 1, quantity: loss(asked) },
      {
        claim: "the rate lowered by the loss against each plan",
        comparisons: plansOf(Object.keys(schedules)).length,
        quantity: AS_GOOD,
      },
    ],
  }),
  claims,
  page,
});
