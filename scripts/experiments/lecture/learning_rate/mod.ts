/**
 * `learning-rate`: the lecture's 'choosing the learning rate is difficult'.
 *
 * @module
 */
import { STUDY_OPTIONS } from "../../../cli/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims, CONVERGING, EDGE } from "./claims.ts";
import { EXPONENTS, measure, OPTIONS, prepare, SIZES } from "./measure.ts";
import { page } from "./page.ts";

/** Full-batch gradient descent over a sweep of rates. */
export const learningRateExperiment = experiment({
  summary: "a sweep of learning rates of gradient descent: diverge, oscillate, converge, crawl",
  examples: [["", "the lecture's picture, decided over 6 seeds"], [
    "--seeds 2",
    "faster; two seeds cannot decide a claim",
  ]],
  defaults:
    `full batch, ${SIZES.default.updates} updates, rates 2^${EXPONENTS.from}..2^${EXPONENTS.to}, 6 seeds`,
  common: STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config: { seeds } }) => ({
    seeds: seeds.length,
    claims: [
      { claim: "the number of rates that converge against a third", comparisons: 1, quantity: CONVERGING },
      { claim: "the best rate against those that diverge", comparisons: 1, quantity: EDGE },
    ],
  }),
  claims,
  page,
});
