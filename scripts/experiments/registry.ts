/**
 * The experiments by name.
 *
 * @module
 */
import type { Commands } from "../run/mod.ts";
import { adamExperiment } from "./lecture/adam/mod.ts";
import { annealingExperiment } from "./lecture/annealing/mod.ts";
import { batchSizeExperiment } from "./lecture/batch_size/mod.ts";
import { batchedHardwareExperiment } from "./lecture/batched_hardware/mod.ts";
import { compareExperiment } from "./compare/mod.ts";
import { csvExperiment } from "./networks/csv.ts";
import { digitsExperiment } from "./networks/digits.ts";
import { optimizersCommand, schedulesCommand } from "../commands/catalog.ts";
import { fetchExperiment } from "../commands/fetch.ts";
import { finetuneExperiment } from "../commands/finetune/mod.ts";
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

/** Commands that share a row of README's table. */
export interface Group {
  /** README's text about them, in Markdown. */
  readonly about: string;
  readonly commands: Commands;
}

/** All commands, in the order of the list that the command line prints and of README's table. */
export const GROUPS: readonly Group[] = [
  {
    about:
      "one classifier with one optimizer after another, on embedded data, on MNIST (`--data-dir DIR`) or on a table of your own (`--data-file FILE`)",
    commands: { digits: digitsExperiment, mnist: mnistExperiment, csv: csvExperiment },
  },
  {
    about:
      "the claims of [the lecture](docs/lecture.md) (Applied Deep Learning: Optimization, National Taiwan University, March 2020), each decided by a test on what was measured",
    commands: {
      "batch-size": batchSizeExperiment,
      "batched-hardware": batchedHardwareExperiment,
      "learning-rate": learningRateExperiment,
      annealing: annealingExperiment,
      momentum: momentumExperiment,
      "local-minima": localMinimaExperiment,
      sparse: sparseExperiment,
      rnn: rnnExperiment,
      adam: adamExperiment,
      tuning: tuningExperiment,
    },
  },
  {
    about: "an article and three papers",
    commands: {
      gallery: galleryExperiment,
      reddi2018: reddi2018Experiment,
      wilson2017: wilson2017Experiment,
      swats2017: swats2017Experiment,
    },
  },
  {
    about: "the networks of the papers on images and text",
    commands: {
      lenet: lenetExperiment,
      cifar10: cifar10Experiment,
      "language-model": languageModelExperiment,
    },
  },
  {
    about:
      "any optimizers on any data and model, tuned with equal budgets, with intervals and paired tests ([docs/comparisons.md](docs/comparisons.md))",
    commands: { compare: compareExperiment },
  },
  {
    about:
      "any of them over a space of options: grid, random, TPE, halving or Hyperband, on several machines or under Slurm ([docs/sweeps.md](docs/sweeps.md))",
    commands: { sweep: sweepExperiment },
  },
  {
    about:
      "what `--optimizer`, `--schedule` and `--clip` take, with defaults and papers ([docs/how_to/set_hyper_parameters.md](docs/how_to/set_hyper_parameters.md))",
    commands: { optimizers: optimizersCommand, schedules: schedulesCommand },
  },
  { about: "folders of runs side by side", commands: { report: reportExperiment } },
  { about: "a model of your own", commands: { inspect: inspectExperiment, finetune: finetuneExperiment } },
  {
    about: "data sets to download, checked by their digests ([docs/data_sets.md](docs/data_sets.md))",
    commands: { fetch: fetchExperiment },
  },
  { about: "a live page of running curves", commands: { watch: watchExperiment } },
];

/** Name to command, in the order of the list. */
export const EXPERIMENTS: Commands = Object.assign({}, ...GROUPS.map((g) => g.commands));
