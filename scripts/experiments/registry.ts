/**
 * The experiments by name.
 *
 * @module
 */
import type { Command, Commands } from "../run/mod.ts";

/**
 * Commands for one purpose. Each is loaded when it is needed: the first run of one experiment compiles no other, and
 * downloads no package of another.
 */
export interface Group {
  /** The purpose, as the list of the command line and the table of docs/experiments.md name it. */
  readonly title: string;
  /** The table's text about them, in Markdown. */
  readonly about: string;
  readonly commands: Readonly<Record<string, () => Promise<Command>>>;
}

/** All commands, in the order of the list that the command line prints and of that table. */
export const GROUPS: readonly Group[] = [
  {
    title: "Start here",
    about:
      "a first run in seconds; which optimizer is better on your task ([comparisons](docs/comparisons.md)); a folder of your own to begin with ([your own optimizer](docs/your_own_optimizer.md))",
    commands: {
      digits: async () => (await import("./networks/digits.ts")).digitsExperiment,
      compare: async () => (await import("./compare/mod.ts")).compareExperiment,
      init: async () => (await import("../commands/init/mod.ts")).initCommand,
    },
  },
  {
    title: "Choose and tune an optimizer",
    about:
      "what can be written ([hyper-parameters](docs/how_to/set_hyper_parameters.md)), [the rate to begin with](docs/how_to/find_a_learning_rate.md), [sweeps](docs/sweeps.md), [standard problems](docs/benchmark.md)",
    commands: {
      optimizers: async () => (await import("../commands/catalog.ts")).optimizersCommand,
      schedules: async () => (await import("../commands/catalog.ts")).schedulesCommand,
      "find-rate": async () => (await import("./find_rate/mod.ts")).findRateExperiment,
      sweep: async () => (await import("../commands/sweep.ts")).sweepExperiment,
      benchmark: async () => (await import("./benchmark/mod.ts")).benchmarkExperiment,
    },
  },
  {
    title: "Your own data and model",
    about: "a table, or a model of any exporter ([your own model](docs/your_own_model.md))",
    commands: {
      csv: async () => (await import("./networks/csv.ts")).csvExperiment,
      inspect: async () => (await import("../commands/inspect.ts")).inspectExperiment,
      finetune: async () => (await import("../commands/finetune/mod.ts")).finetuneExperiment,
    },
  },
  {
    title: "Networks on images and text",
    about:
      "the networks of the papers ([networks](docs/networks.md)), and [their data sets](docs/data_sets.md)",
    commands: {
      fetch: async () => (await import("../commands/fetch.ts")).fetchExperiment,
      mnist: async () => (await import("./networks/mnist.ts")).mnistExperiment,
      lenet: async () => (await import("./networks/images/mod.ts")).lenetExperiment,
      cifar10: async () => (await import("./networks/images/mod.ts")).cifar10Experiment,
      "language-model": async () =>
        (await import("./networks/language_model/mod.ts")).languageModelExperiment,
    },
  },
  {
    title: "The lecture's claims",
    about:
      "[the lecture](docs/lecture.md) (Applied Deep Learning: Optimization, National Taiwan University, March 2020), claim by claim",
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
    title: "Papers and an article",
    about: "[reproductions](docs/reproductions.md)",
    commands: {
      gallery: async () => (await import("./papers/gallery/mod.ts")).galleryExperiment,
      reddi2018: async () => (await import("./papers/reddi2018/mod.ts")).reddi2018Experiment,
      wilson2017: async () => (await import("./papers/wilson2017/mod.ts")).wilson2017Experiment,
      swats2017: async () => (await import("./papers/swats2017/mod.ts")).swats2017Experiment,
    },
  },
  {
    title: "The curvature of the loss",
    about: "along a training and at its end ([curvature](docs/curvature.md))",
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
    title: "Look at runs",
    about: "folders of runs side by side; a live page ([tracking](docs/tracking.md))",
    commands: {
      report: async () => (await import("../commands/report.ts")).reportExperiment,
      watch: async () => (await import("../commands/watch.ts")).watchExperiment,
    },
  },
  {
    title: "This machine",
    about: "what `--device` finds here ([devices](docs/devices.md)); names that the Tab key completes",
    commands: {
      devices: async () => (await import("../commands/devices.ts")).devicesCommand,
      completions: async () => (await import("../commands/completions/mod.ts")).completionsCommand,
    },
  },
];

/** Name to loader, in the order of the list. */
const LOADERS: Group["commands"] = Object.assign({}, ...GROUPS.map((g) => g.commands));

/** Loads all commands, in the order of the list. */
export async function allCommands(): Promise<Commands> {
  const loaded = Object.entries(LOADERS).map(async ([name, load]) => [name, await load()] as const);
  return Object.fromEntries(await Promise.all(loaded));
}

/** Loads all commands, by purpose. */
export async function commandGroups(): Promise<readonly { title: string; commands: Commands }[]> {
  const all = await allCommands();
  return GROUPS.map(({ title, commands }) => ({
    title,
    commands: Object.fromEntries(Object.keys(commands).map((name) => [name, all[name]!])),
  }));
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
