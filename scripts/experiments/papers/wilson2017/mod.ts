/**
 * `wilson2017`: whether adaptive methods generalize worse.
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
import { loss, percentErrors } from "../../../decision/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { ADAPTIVE } from "./data.ts";
import { measure } from "./measure.ts";
import { page } from "./page.ts";
import { prepareComparison, TASK_NAMES } from "./tasks.ts";

const OPTIONS = {
  scale: SCALE,
  task: choiceOption(
    TASK_NAMES,
    "what to train: an MLP on digits, or the paper's VGG on cifar-10; digits, or with --data-dir cifar-10, by default",
  ),
  seeds: seedsOption(8),
  epochs: numberOption("N", {
    text:
      "epochs of each training, at least 1; 30 of digits and 4 of cifar-10 by default, 250 at the paper's scale",
    range: count,
  }),
};

/** Section 3.3 of the paper, then the comparison with its tuning protocol. */
export const wilson2017Experiment = experiment({
  summary: "Wilson et al. 2017: adaptive methods on a constructed problem, and tuned by the paper's protocol",
  examples: [["", "the constructed problem, and digits"], [
    "--task cifar-10 --data-dir data/cifar-10",
    "a VGG on CIFAR-10",
  ]],
  defaults:
    "n = 100, 66 positive; then an MLP on digits, rates 2^k, two kinds of decay, 8 seeds; a small VGG on CIFAR-10 with --data-dir",
  common: STUDY_OPTIONS,
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds, ...own } = ownOptions(OPTIONS, options);
    return {
      prepared: await prepareComparison(options, { scale, ...own }),
      seeds: seedsFrom(options, seeds),
    };
  },
  measure,
  design: ({ seeds }, asked) => ({
    seeds: seeds.length,
    claims: [
      {
        claim: "the fastest adaptive method against the fastest of the others",
        comparisons: 1,
        candidates: ADAPTIVE.length,
        quantity: loss(asked),
      },
      {
        claim: "the best adaptive method against the best of the others",
        comparisons: 1,
        quantity: percentErrors(asked),
      },
    ],
  }),
  claims,
  page,
});
