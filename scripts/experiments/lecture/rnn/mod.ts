/**
 * `rnn`: the lecture's 'RMSProp: best choice for RNN?'.
 *
 * @module
 */
import { STUDY_OPTIONS } from "../../../cli/mod.ts";
import { loss } from "../../../decision/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { BASES, measure, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/** A recurrent language model with every optimizer, its rate chosen by validation with the same budget. */
export const rnnExperiment = experiment({
  summary: "RMSProp, the best choice for RNN? A recurrent language model with every optimizer, tuned equally",
  examples: [["", "characters of the Gettysburg Address"], [
    "--cell lstm --seeds 2",
    "an LSTM; two seeds cannot decide a claim",
  ]],
  defaults:
    "characters of the Gettysburg Address (embedded), an RNN of 32 units, 8 seeds; with --scale paper, words of Penn Treebank",
  common: STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config: { seeds } }, asked) => ({
    seeds: seeds.length,
    claims: [{
      claim: "RMSProp against each of the others",
      comparisons: Object.keys(BASES).length - 1,
      quantity: loss(asked),
    }],
  }),
  claims,
  page,
});
