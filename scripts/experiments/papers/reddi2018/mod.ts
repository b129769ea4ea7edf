/**
 * `reddi2018`: problems that Adam does not converge on, and AMSGrad does.
 *
 * @module
 */
import {
  choiceOption,
  count,
  numberOption,
  ownOptions,
  SCALE,
  seedsFrom,
  seedsOption,
  STUDY_OPTIONS,
} from "../../../cli/mod.ts";
import { loss } from "../../../decision/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { prepareClassifiers, TASK_NAMES } from "./classifiers.ts";
import { measure } from "./measure.ts";
import { page } from "./page.ts";

const OPTIONS = {
  scale: SCALE,
  steps: numberOption("N", {
    text:
      "rounds of the online problems, at least 1000; 1,000,000 by default, 5,000,000 at the paper's scale",
    range: { text: "an integer of at least 1000", test: (v) => count.test(v) && v >= 1000 },
  }),
  task: choiceOption(
    TASK_NAMES,
    "data of the classifiers: digits by default, mnist with --data-dir; cifar-10 trains CIFARNET",
  ),
  epochs: numberOption("N", {
    text:
      "epochs of the classifiers, at least 1; 40 on digits, 10 on mnist and 4 on cifar-10 by default, 10 at the paper's scale",
    range: count,
  }),
  seeds: seedsOption(8),
};

/** Adam against AMSGrad. */
export const reddi2018Experiment = experiment({
  summary: "Reddi et al. 2018: where Adam does not converge and AMSGrad does, and both on classifiers",
  examples: [["", "the counterexamples, and classifiers on digits"], [
    "--steps 10000 --seeds 2",
    "faster; two seeds cannot decide a claim",
  ]],
  defaults:
    "1,000,000 rounds; logistic regression and 100 hidden units on digits, MNIST with --data-dir; 8 seeds",
  common: STUDY_OPTIONS,
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds, task, epochs, ...own } = ownOptions(OPTIONS, options);
    const steps = own.steps ?? (scale === "paper" ? 5_000_000 : 1_000_000);
    return {
      steps,
      seeds: seedsFrom(options, seeds),
      classifiers: await prepareClassifiers(options, { scale, task, epochs }),
    };
  },
  measure,
  design: ({ seeds }, asked) => ({
    seeds: seeds.length,
    claims: [{ claim: "AMSGrad against Adam", comparisons: 1, quantity: loss(asked) }],
  }),
  claims,
  page,
});
