/**
 * The experiments by name.
 *
 * @module
 */
import type { Command } from "./experiment_types.ts";
import { adamExperiment } from "./experiments/adam.ts";
import { annealingExperiment } from "./experiments/annealing.ts";
import { batchSizeExperiment } from "./experiments/batch_size.ts";
import { batchedHardwareExperiment } from "./experiments/batched_hardware.ts";
import { compareExperiment } from "./experiments/compare.ts";
import { csvExperiment } from "./experiments/csv.ts";
import { digitsExperiment } from "./experiments/digits.ts";
import { fetchExperiment } from "./experiments/fetch.ts";
import { finetuneExperiment } from "./experiments/finetune.ts";
import { cifar10Experiment, lenetExperiment } from "./experiments/images.ts";
import { inspectExperiment } from "./experiments/inspect.ts";
import { galleryExperiment } from "./experiments/gallery.ts";
import { learningRateExperiment } from "./experiments/learning_rate.ts";
import { localMinimaExperiment } from "./experiments/local_minima.ts";
import { languageModelExperiment } from "./experiments/language_model.ts";
import { mnistExperiment } from "./experiments/mnist.ts";
import { momentumExperiment } from "./experiments/momentum.ts";
import { reddi2018Experiment } from "./experiments/reddi2018.ts";
import { reportExperiment } from "./experiments/report.ts";
import { sparseExperiment } from "./experiments/sparse.ts";
import { sweepExperiment } from "./experiments/sweep.ts";
import { swats2017Experiment } from "./experiments/swats2017.ts";
import { rnnExperiment } from "./experiments/rnn.ts";
import { tuningExperiment } from "./experiments/tuning.ts";
import { watchExperiment } from "./experiments/watch.ts";
import { wilson2017Experiment } from "./experiments/wilson2017.ts";

/** Name to experiment, in the order of the list. */
export const EXPERIMENTS: Readonly<Record<string, Command>> = {
  digits: digitsExperiment,
  mnist: mnistExperiment,
  lenet: lenetExperiment,
  cifar10: cifar10Experiment,
  "language-model": languageModelExperiment,
  csv: csvExperiment,
  "batch-size": batchSizeExperiment,
  "batched-hardware": batchedHardwareExperiment,
  "learning-rate": learningRateExperiment,
  annealing: annealingExperiment,
  gallery: galleryExperiment,
  "local-minima": localMinimaExperiment,
  momentum: momentumExperiment,
  sparse: sparseExperiment,
  adam: adamExperiment,
  rnn: rnnExperiment,
  tuning: tuningExperiment,
  reddi2018: reddi2018Experiment,
  wilson2017: wilson2017Experiment,
  swats2017: swats2017Experiment,
  compare: compareExperiment,
  sweep: sweepExperiment,
  report: reportExperiment,
  finetune: finetuneExperiment,
  inspect: inspectExperiment,
  fetch: fetchExperiment,
  watch: watchExperiment,
};
