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
} from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import type { CompareConfig } from "./data.ts";
import { readChange, type Searched, type SpaceChange } from "./spaces.ts";
import { readTask, TASK_OPTIONS, type TaskAsked } from "./task_options.ts";

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
  ...TASK_OPTIONS,
};

/** The defaults of `compare`. */
export const DEFAULTS = { optimizers: ["sgd", "momentum", "adam"], epochs: 10, budget: 16 };

/** The options of `compare`, read from the command line. */
export interface Asked extends TaskAsked {
  readonly rates: CompareConfig["rates"];
  /** Trials of each optimizer. */
  readonly budget: number;
  /** What the trials search. */
  readonly search: { readonly searched: Searched; readonly changes: readonly SpaceChange[] };
  readonly seeds: number;
  /** The length of each training: one of the three. */
  readonly length: Pick<CompareConfig, "epochs" | "steps" | "seconds">;
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
    ...readTask(own, options),
    rates,
    budget: own.budget ?? DEFAULTS.budget,
    search: { searched: own.search ?? "rate", changes: (own.space ?? []).map(readChange) },
    seeds: own.seeds,
    length: lengthOf({ epochs: options.epochs, steps: own.steps, seconds: own.seconds }),
  };
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
