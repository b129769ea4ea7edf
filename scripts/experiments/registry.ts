/**
 * The experiments by name.
 *
 * @module
 */
import type { Command, Commands } from "../run/mod.ts";

/**
 * Commands that share a row of the table in docs/experiments.md. Each is loaded when it is needed: the first run of one experiment
 * compiles no other, and downloads no package of another.
 */
export interface Group {
  /** The table's text about them, in Markdown. */
  readonly about: string;
  readonly commands: Readonly<Record<string, () => Promise<Command>>>;
}

/** All commands, in the order of the list that the command line prints and of that table. */
export const GROUPS: readonly Group[] = [
  {
    about:
      "one classifier with one optimizer after another, on embedded data, on MNIST (`--data-dir DIR`) or on a table of your own (`--data-file FILE`)",
    commands: {
      digits: async () => (await import("./networks/digits.ts")).digitsExperiment,
      mnist: async () => (await import("./networks/mnist.ts")).mnistExperiment,
      csv: async () => (await import("./networks/csv.ts")).csvExperiment,
    },
  },
  {
    about:
      "the claims of [the lecture](docs/lecture.md) (Applied Deep Learning: Optimization, National Taiwan University, March 2020), each decided by a test on what was measured",
    commands: {
      "batch-size": async () => (await import("./lecture/batch_size/mod.ts")).batchSizeExperiment,
      "batched-hardware": async () =>
        (await import("./lecture/batched_hardware/mod.ts")).batchedHardwareExperiment,
      "learning-rate": async () => (await import("./lecture/learning_rate/mod.ts")).learningRateExperiment,
      annealing: async () => (await import("./lecture/annealing/mod.ts")).annealingExperiment,
      momentum: async () => (await import("./lecture/momentum/mod.ts")).momentumExperiment,
      "local-minima": async () => (await import("./lecture/local_minima/mod.ts")).localMinimaExperiment,
      sparse: async () => (await import("./lecture/sparse/mod.ts")).sparseExperiment,
      rnn: async () => (await import("./lecture/rnn/mod.ts")).rnnExperiment,
      adam: async () => (await import("./lecture/adam/mod.ts")).adamExperiment,
      tuning: async () => (await import("./lecture/tuning/mod.ts")).tuningExperiment,
    },
  },
  {
    about: "an article and three papers",
    commands: {
      gallery: async () => (await import("./papers/gallery/mod.ts")).galleryExperiment,
      reddi2018: async () => (await import("./papers/reddi2018/mod.ts")).reddi2018Experiment,
      wilson2017: async () => (await import("./papers/wilson2017/mod.ts")).wilson2017Experiment,
      swats2017: async () => (await import("./papers/swats2017/mod.ts")).swats2017Experiment,
    },
  },
  {
    about: "the curvature of the loss along a training ([docs/curvature.md](docs/curvature.md))",
    commands: {
      "edge-of-stability": async () =>
        (await import("./curvature/edge_of_stability/mod.ts")).edgeOfStabilityExperiment,
      landscape: async () => (await import("./curvature/landscape/mod.ts")).landscapeExperiment,
      "flat-minima": async () => (await import("./curvature/flat_minima/mod.ts")).flatMinimaExperiment,
      spectrum: async () => (await import("./curvature/spectrum/mod.ts")).spectrumExperiment,
      "noise-scale": async () => (await import("./curvature/noise_scale/mod.ts")).noiseScaleExperiment,
    },
  },
  {
    about: "the networks of the papers on images and text",
    commands: {
      lenet: async () => (await import("./networks/images/mod.ts")).lenetExperiment,
      cifar10: async () => (await import("./networks/images/mod.ts")).cifar10Experiment,
      "language-model": async () =>
        (await import("./networks/language_model/mod.ts")).languageModelExperiment,
    },
  },
  {
    about:
      "any optimizers on any data and model, tuned with equal budgets, with intervals and paired tests ([docs/comparisons.md](docs/comparisons.md))",
    commands: { compare: async () => (await import("./compare/mod.ts")).compareExperiment },
  },
  {
    about:
      "any optimizers on ten standard problems or DeepOBS's, tuned with equal budgets, with verdicts, beside published runs ([docs/benchmark.md](docs/benchmark.md))",
    commands: { benchmark: async () => (await import("./benchmark/mod.ts")).benchmarkExperiment },
  },
  {
    about:
      "where to search for a learning rate: the range test of any optimizers on any data and model ([docs/how_to/find_a_learning_rate.md](docs/how_to/find_a_learning_rate.md))",
    commands: { "find-rate": async () => (await import("./find_rate/mod.ts")).findRateExperiment },
  },
  {
    about:
      "any of them over a space of options: grid, random, TPE, halving or Hyperband, on several machines or under Slurm ([docs/sweeps.md](docs/sweeps.md))",
    commands: { sweep: async () => (await import("../commands/sweep.ts")).sweepExperiment },
  },
  {
    about:
      "what `--optimizer`, `--schedule` and `--clip` take, with defaults and papers ([docs/how_to/set_hyper_parameters.md](docs/how_to/set_hyper_parameters.md))",
    commands: {
      optimizers: async () => (await import("../commands/catalog.ts")).optimizersCommand,
      schedules: async () => (await import("../commands/catalog.ts")).schedulesCommand,
    },
  },
  {
    about: "folders of runs side by side",
    commands: { report: async () => (await import("../commands/report.ts")).reportExperiment },
  },
  {
    about: "a model of your own",
    commands: {
      inspect: async () => (await import("../commands/inspect.ts")).inspectExperiment,
      finetune: async () => (await import("../commands/finetune/mod.ts")).finetuneExperiment,
    },
  },
  {
    about:
      "the devices of `--device`, and what those that are not available lack ([docs/devices.md](docs/devices.md))",
    commands: { devices: async () => (await import("../commands/devices.ts")).devicesCommand },
  },
  {
    about: "data sets to download, checked by their digests ([docs/data_sets.md](docs/data_sets.md))",
    commands: { fetch: async () => (await import("../commands/fetch.ts")).fetchExperiment },
  },
  {
    about: "a live page of running curves",
    commands: { watch: async () => (await import("../commands/watch.ts")).watchExperiment },
  },
];

/** Name to loader, in the order of the list. */
const LOADERS: Group["commands"] = Object.assign({}, ...GROUPS.map((g) => g.commands));

/** Loads all commands, in the order of the list. */
export async function allCommands(): Promise<Commands> {
  const loaded = Object.entries(LOADERS).map(async ([name, load]) => [name, await load()] as const);
  return Object.fromEntries(await Promise.all(loaded));
}

/**
 * Loads the commands that a command line needs: the experiment alone if it comes first, else all, since other commands
 * and runs that are resumed may name any of them.
 */
export async function commandsFor(args: readonly string[]): Promise<Commands> {
  const [name = ""] = args;
  const resumes = args.some((arg) => /^--resume(=|$)/.test(arg));
  if (resumes || !Object.hasOwn(LOADERS, name)) return await allCommands();
  const command = await LOADERS[name]?.();
  return command !== undefined && "prepare" in command ? { [name]: command } : await allCommands();
}
