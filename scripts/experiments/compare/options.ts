/**
 * The options of `compare`.
 *
 * @module
 */
import {
  choiceOption,
  count,
  listOption,
  numberOption,
  type Options,
  ownOptions,
  positive,
  readNumber,
  seedsOption,
  textOption,
} from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { DATA_SETS } from "../../lab/mod.ts";
import { modelOption, OWN_STUDY_OPTIONS, type OwnStudyValues } from "../../lab/own/mod.ts";
import type { CompareConfig } from "./data.ts";
import { readChange, type Searched, type SpaceChange } from "./spaces.ts";

const MODELS = ["linear", "mlp", "cnn"] as const;

/** The options of `compare`. */
export const OPTIONS = {
  rates: listOption(
    "X,Y|own|tuned",
    "learning rates, each run as given; own: each optimizer's usual rate; tuned: a power of two times the usual rate, " +
      "chosen by validation; by default --budget trials choose the setting of each optimizer",
  ),
  budget: numberOption("N", {
    text: `trials of each optimizer; the best by validation gives its setting; 16 by default`,
    range: count,
  }),
  search: choiceOption(
    ["rate", "all"],
    "what the trials search: the learning rate (default), or all hyper-parameters with an interval",
  ),
  space: listOption(
    "A.X=LOW..HIGH",
    "intervals for the trials, such as adam.learningRate=1e-4..1e-1 or beta2=0.9..0.9999:one-minus-log",
  ),
  steps: numberOption("N", { text: "updates of each training, instead of --epochs", range: count }),
  seconds: numberOption("S", {
    text:
      "seconds that each training may spend on updates, instead of --epochs; not reproducible bit for bit",
    range: positive,
  }),
  seeds: seedsOption(10),
  data: choiceOption(
    DATA_SETS,
    "data set to train on; digits by default; mnist and fashion-mnist need --data-dir",
  ),
  "data-file": textOption("FILE", "another name of --train, for a table"),
  model: modelOption(MODELS, "the model; mlp by default; a file of your own needs --train and --loss"),
  ...OWN_STUDY_OPTIONS,
  hidden: listOption("N,M", "units of the perceptron's hidden layers; 64 by default"),
};

/** The defaults of `compare`. */
export const DEFAULTS = { optimizers: ["sgd", "momentum", "adam"], epochs: 10, batchSize: 32, budget: 16 };

/** The options of `compare`, read from the command line. */
export interface Asked {
  readonly model: string;
  readonly hidden: readonly number[] | undefined;
  readonly rates: CompareConfig["rates"];
  /** Trials of each optimizer. */
  readonly budget: number;
  /** What the trials search. */
  readonly search: { readonly searched: Searched; readonly changes: readonly SpaceChange[] };
  readonly seeds: number;
  readonly data: typeof DATA_SETS[number] | undefined;
  /** The options of a user's own model and examples. */
  readonly own: OwnStudyValues;
  /** The length of each training: one of the three. */
  readonly length: Pick<CompareConfig, "epochs" | "steps" | "seconds">;
  /** Examples a step; by default those that the model takes at a time, or 32. */
  readonly batchSize: number | undefined;
}

/** Reads the options. @throws {UsageError} for values out of range, and for options that exclude each other. */
export function readOptions(options: Options): Asked {
  const own = ownOptions(OPTIONS, options);
  if (own.rates !== undefined && options.learningRate !== undefined) {
    throw new UsageError("--rates and --learning-rate cannot both be given: --rates takes several");
  }
  const rates = options.learningRate === undefined ? ratesOf(own.rates) : [options.learningRate];
  const forTrials = (["budget", "search", "space"] as const).find((name) => own[name] !== undefined);
  if (forTrials !== undefined && rates !== "search") {
    const other = own.rates === undefined ? "--learning-rate" : "--rates";
    throw new UsageError(
      `--${forTrials} is for the trials that choose a setting, and ${other} makes none: leave one out`,
    );
  }
  return {
    model: own.model ?? "mlp",
    hidden: own.hidden === undefined ? undefined : hiddenOf(own.hidden),
    rates,
    budget: own.budget ?? DEFAULTS.budget,
    search: { searched: own.search ?? "rate", changes: (own.space ?? []).map(readChange) },
    seeds: own.seeds,
    data: own.data,
    own: { ...own, train: oneOf(own.train, own["data-file"]) },
    length: lengthOf({ epochs: options.epochs, steps: own.steps, seconds: own.seconds }),
    batchSize: options.batchSize,
  };
}

function oneOf(
  train: readonly string[] | undefined,
  file: string | undefined,
): readonly string[] | undefined {
  if (file === undefined) return train;
  if (train === undefined) return [file];
  throw new UsageError("--train and --data-file are two names of one thing: give one of them");
}

function lengthOf(
  given: Readonly<Record<"epochs" | "steps" | "seconds", number | undefined>>,
): Asked["length"] {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  if (set.length > 1) {
    throw new UsageError(
      `give one of ${set.map(([name]) => `--${name}`).join(" and ")}: each is the length of a training`,
    );
  }
  return set.length === 0 ? { epochs: DEFAULTS.epochs } : Object.fromEntries(set);
}

/** The ways to find rates that `--rates` names. */
const WAYS = ["own", "tuned"] as const;

function ratesOf(given: readonly string[] | undefined): Asked["rates"] {
  if (given === undefined) return "search";
  const way = WAYS.find((w) => given.length === 1 && given[0] === w);
  if (way !== undefined) return way;
  const text = "numbers above 0, own or tuned";
  if (given.length === 0) throw new UsageError(`--rates needs ${text}`);
  return given.map((r) => readNumber("rates", r, { ...positive, text }));
}

function hiddenOf(given: readonly string[]): number[] {
  return given.map((h) =>
    readNumber("hidden", h, {
      text: "integers of at least 1",
      test: (v) => Number.isInteger(v) && v >= 1,
    })
  );
}
