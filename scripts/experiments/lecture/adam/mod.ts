/**
 * `adam`: Adam against what it is made of, each tuned alike.
 *
 * @module
 */
import { STUDY_OPTIONS } from "../../../cli/mod.ts";
import { accuracy, loss } from "../../../decision/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims, SAME } from "./claims.ts";
import { measure, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/** SGD, momentum, Adagrad, RMSProp and Adam on a perceptron and on a convolutional network. */
export const adamExperiment = experiment({
  summary: "Adam against SGD, momentum, Adagrad and RMSProp, each tuned alike, on an MLP and a CNN",
  examples: [["", "the claims at the default size"], [
    "--seeds 2",
    "faster; two seeds cannot decide a claim",
  ]],
  defaults: "digits, MLP 64-64-10 (8 epochs) and a CNN (4), rates 2^k by validation, 8 seeds",
  common: STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config: { seeds } }, asked) => ({
    seeds: seeds.length,
    claims: [
      { claim: "adam against each of the others", comparisons: 1, quantity: loss(asked) },
      {
        claim: "epsilon inside the root or outside",
        comparisons: 1,
        quantity: accuracy({ effect: SAME, ...asked }),
      },
    ],
  }),
  claims,
  page,
});
