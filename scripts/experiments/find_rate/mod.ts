/**
 * `find-rate`: the learning-rate range test of any optimizers, on any data and model.
 *
 * @module
 */
import { STUDY_OPTIONS } from "../../cli/mod.ts";
import { experiment } from "../../run/mod.ts";
import { measure, prepare } from "./measure.ts";
import { DEFAULTS, OPTIONS } from "./options.ts";
import { page } from "./page.ts";

/**
 * One short training of each optimizer and seed, with a rate that grows from step to step until the loss diverges.
 *
 * @see Smith: Cyclical learning rates for training neural networks, 2017, section 3.3.
 */
export const findRateExperiment = experiment({
  summary: "the learning-rate range test: one short training with a growing rate says where to search",
  examples: [["", "three optimizers on digits"], [
    "--optimizer adamw,lion --data iris",
    "others, on another data set",
  ], ["--low 1e-5 --high 1 --steps 100", "another range, in fewer steps"]],
  defaults: `digits, MLP 64-64-10, batches of 32; ${
    DEFAULTS.optimizers.join(", ")
  }; ${DEFAULTS.steps} steps from ${DEFAULTS.low} to ${DEFAULTS.high}, ${DEFAULTS.seeds} seeds`,
  common: ["optimizer", "clip", "batch-size", ...STUDY_OPTIONS],
  options: OPTIONS,
  prepare,
  measure,
  page,
});
