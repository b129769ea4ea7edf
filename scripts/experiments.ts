/**
 * The experiments by name.
 *
 * @module
 */
import type { Experiment } from "./experiment_types.ts";
import { csvExperiment } from "./experiments/csv.ts";
import { digitsExperiment } from "./experiments/digits.ts";
import { mnistExperiment } from "./experiments/mnist.ts";

/** Name to experiment, in the order of the list. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  digits: digitsExperiment,
  mnist: mnistExperiment,
  csv: csvExperiment,
};
