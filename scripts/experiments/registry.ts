/**
 * The experiments by name.
 *
 * @module
 */
import type { Command } from "../run/mod.ts";
import { adamExperiment } from "./lecture/adam/mod.ts";
import { annealingExperiment } from "./lecture/annealing/mod.ts";
import { batchSizeExperiment } from "./lecture/batch_size/mod.ts";
import { batchedHardwareExperiment } from "./lecture/batched_hardware/mod.ts";
import { compareExperiment } from "./compare/mod.ts";
import { csvExperiment } from "./networks/csv.ts";
import { digitsExperiment } from "./networks/digits.ts";
import { fetchExperiment } from "../commands/fetch.ts";
import { finetuneExperiment } from "../commands/finetune.ts";
import { cifar10Experiment, lenetExperiment } from "./networks/images/mod.ts";
import { inspectExperiment } from "../commands/inspect.ts";
import { galleryExperiment } from "./papers/gallery/mod.ts";
import { learningRateExperiment } from "./lecture/learning_rate/mod.ts";
import { localMinimaExperiment } from "./lecture/local_minima/mod.ts";
import { languageModelExperiment } from "./networks/language_model/mod.ts";
import { mnistExperiment } from "./networks/mnist.ts";
import { momentumExperiment } from "./lecture/momentum/mod.ts";
import { reddi2018Experiment } from "./papers/reddi2018/mod.ts";
import { reportExperiment } from "../commands/report.ts";
import { sparseExperiment } from "./lecture/sparse/mod.ts";
import { sweepExperiment } from "../commands/sweep.ts";
import { swats2017Experiment } from "./papers/swats2017/mod.ts";
import { rnnExperiment } from "./lecture/rnn/mod.ts";
import { tuningExperiment } from "./lecture/tuning/mod.ts";
import { watchExperiment } from "../commands/watch.ts";
import { wilson2017Experiment } from "./papers/wilson2017/mod.ts";

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
