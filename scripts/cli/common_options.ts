/**
 * Declares the options that several commands take.
 *
 * @module
 */
import { TRACKERS } from "../trackers/mod.ts";
import type { OwnOption } from "./own_options.ts";

/** Common options with a value: the placeholder of the value, and the description. */
export const VALUE_OPTIONS = {
  optimizer: [
    "A,B",
    "optimizers to train with, by name or as files, with hyper-parameters if wanted: 'adam(beta1=0.95),./mine.ts' " +
    "(see experiment optimizers); the experiment's own list by default",
  ],
  "learning-rate": ["X", "learning rate of all optimizers, above 0; by default each has its own"],
  schedule: [
    "S",
    "factor on the learning rate over the training: 'cosine(warmUp=100)' (see experiment schedules); constant by default",
  ],
  clip: ["C", "largest gradient: 'globalNorm(1)', norm, value, blockRms, adaptive; none by default"],
  epochs: ["N", "passes through the training data, at least 1"],
  "batch-size": ["N", "examples per step, at least 1"],
  chunk: ["N", "steps in one run of ONNX Runtime, at least 1; changes speed, not results"],
  seed: ["N", "seed of weights, split and order, 0 to 2^53 - 1; 0 by default"],
  device: ["D", "cpu (default), webgpu or cuda; fails if the device is absent"],
  precision: [
    "float32|float16",
    "precision of matrix products and convolutions in training; float32 by default; float16 needs webgpu or cuda",
  ],
  "data-dir": ["DIR", "folder with data sets"],
  out: ["DIR", "folder to write to, new or empty; runs/<experiment>/<time> by default"],
  "checkpoint-every": [
    "N",
    "steps between checkpoints, at least 1; by default a checkpoint follows an epoch, at most every 30 s",
  ],
  keep: ["N", "checkpoints to keep for each training, at least 1; 2 by default"],
  "on-nan": [
    "stop|skip|reduce",
    "if a loss, gradient or update is NaN or infinite: stop (default), skip the step, or halve the learning rate and repeat the epoch",
  ],
  tracker: [
    "A,B",
    `also log to: ${TRACKERS.join(", ")} (default: none)`,
  ],
  resume: [
    "DIR",
    "resume the run in this folder with its own options, from its newest checkpoints",
  ],
} as const satisfies Readonly<Record<string, readonly [value: string, text: string]>>;

/** The name of a common option with a value. */
export type CommonOption = keyof typeof VALUE_OPTIONS;

/** The names of all common options. */
export const COMMON_OPTIONS = Object.keys(VALUE_OPTIONS) as readonly CommonOption[];

/** The options that choose optimizers and drive them. */
export const OPTIMIZER_OPTIONS: readonly CommonOption[] = ["optimizer", "learning-rate", "schedule", "clip"];

/** The common options of experiments with their own data: all but `--data-dir`. */
export const TRAINING_OPTIONS: readonly CommonOption[] = COMMON_OPTIONS.filter((o) => o !== "data-dir");

/** The common options of experiments that make many trainings on data and optimizers of their own choice. */
export const STUDY_OPTIONS: readonly CommonOption[] = [
  "seed",
  "device",
  "data-dir",
  "out",
  "resume",
  "checkpoint-every",
  "keep",
];

/** Those of such experiments on embedded data: all but `--data-dir`. */
export const EMBEDDED_STUDY_OPTIONS: readonly CommonOption[] = STUDY_OPTIONS.filter((o) => o !== "data-dir");

/** Options without a value. */
export const FLAGS: Readonly<Record<string, string>> = {
  json: "print one JSON document on standard output, and nothing else there",
  quiet: "show no progress",
  tf32: "with --device cuda: allow TF32 in matrix products and convolutions, faster and less exact",
  trust: "with --resume: allow running the optimizer file (code) that the run's folder names",
  "other-bits":
    "with --resume: continue with other threads or blocks than before; results then differ by rounding",
  help: "show this text; -h is short for it",
  version: "print the versions of Descent, ONNX Runtime and Deno",
};

/** The flags that are only for `--resume`. */
const WITH_RESUME = ["trust", "other-bits"];

/** Returns the flags that mean something to a command with these common options. */
export function shownFlags(common: readonly CommonOption[]): string[] {
  return Object.keys(FLAGS).filter((name) =>
    isFlagOf(name, common) && (!WITH_RESUME.includes(name) || common.includes("resume"))
  );
}

/** Returns whether a flag may be given to a command with these common options. */
export function isFlagOf(name: string, common: readonly CommonOption[]): boolean {
  return name !== "tf32" || common.includes("device");
}

/** The arguments that an experiment takes on the command line. */
export interface Takes {
  /** The common options that apply to it; all by default. */
  readonly common?: readonly CommonOption[];
  /** Its positional arguments, such as `DIR...`; none by default. */
  readonly operands?: string;
  /** Its own options, by name. */
  readonly options?: Readonly<Record<string, OwnOption<unknown>>>;
}

/** The part of the help that describes a command. */
export interface Described extends Takes {
  /** A summary in one line. */
  readonly summary: string;
  /** Its own defaults. */
  readonly defaults: string;
  /** Calls of it: the arguments after its name as a shell line, and what they do. */
  readonly examples?: readonly (readonly [args: string, does: string])[];
}
