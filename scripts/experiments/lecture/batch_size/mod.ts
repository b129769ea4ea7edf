/**
 * `batch-size`: the lecture's 'mini-batch takes the best of both'.
 *
 * @module
 */
import { STUDY_OPTIONS } from "../../../cli/mod.ts";
import { time } from "../../../decision/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims, minisOf } from "./claims.ts";
import { measure, OPTIONS, prepare, SIZES, TARGET } from "./measure.ts";
import { page } from "./page.ts";

/** Gradient descent with full batches, single examples and mini-batches, each at the rate that suits it. */
export const batchSizeExperiment = experiment({
  summary: "updates and time to a target loss: full batch, single examples, mini-batches of 16 to 512",
  examples: [["", "the claims at the default size"], ["--scale paper --data-dir data/mnist", "on MNIST"], [
    "--seeds auto",
    "as many seeds as show the smallest effect that matters",
  ]],
  defaults:
    `MLP 64-${SIZES.default.hidden}-10 on the digits, training loss ${TARGET}, a tuned rate each, 8 seeds`,
  common: STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config }, asked) => ({
    seeds: config.seeds.length,
    claims: [{
      claim: "a mini-batch against single examples and full batches",
      comparisons: 2,
      candidates: minisOf(config).length,
      quantity: time(asked),
    }],
  }),
  claims,
  page,
});
