/**
 * The options of `benchmark`.
 *
 * @module
 */
import { BASELINE_PROBLEMS } from "../../baselines/mod.ts";
import { type Problem, problemNamed, PROBLEMS } from "../../benchmark/mod.ts";
import {
  choiceOption,
  count,
  flagOption,
  listOption,
  namesOption,
  numberOption,
  type Options,
  type OwnOption,
  ownOptions,
  readNumber,
} from "../../cli/mod.ts";
import { didYouMean, UsageError } from "../../console/mod.ts";
import { OPTIONS as COMPARE } from "../compare/options.ts";
import { readChange, type Searched, type SpaceChange } from "../compare/spaces.ts";
import { BENCHMARK_SCALES, type BenchmarkScale, epochsOf, type ScaleName } from "./scales.ts";

/** The budgets of trials that have a name, as in Schmidt, Schneider, Hennig: Descending through a Crowded Valley (2021). */
export const BUDGETS: Readonly<Record<string, number>> = { "one-shot": 1, small: 25, medium: 50, large: 75 };

/** The optimizers of the benchmark by default. */
export const OPTIMIZERS_BY_DEFAULT = ["sgd", "momentum", "adagrad", "rmsprop", "adam"];

/** The first seed of the trainings that targets are made of; those of the benchmark are below. */
export const TARGET_SEED = 2 ** 40;

/** The option `--budget`. */
const budgetOption: OwnOption<number | undefined> = {
  value: `N|${Object.keys(BUDGETS).join("|")}`,
  text:
    "trials of each optimizer on each problem: the first at its declared hyper-parameters, the others drawn; the best by " +
    "validation gives its setting; one-shot is 1, small 25, medium 50, large 75; 4 by default",
  read(given, name) {
    if (given === undefined) return undefined;
    if (Object.hasOwn(BUDGETS, given)) return BUDGETS[given]!;
    const names = Object.keys(BUDGETS);
    const text = `${count.text}, or ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
    if (/^[a-z]/i.test(given)) {
      throw new UsageError(`--${name} must be ${text}, got ${given}.${didYouMean(given, names)}`);
    }
    return readNumber(name, given, { ...count, text });
  },
};

/** The options of `benchmark`. */
export const OPTIONS = {
  problem: namesOption(
    Object.keys(PROBLEMS),
    "problems to train on, by name; those of the scale by default",
  ),
  scale: {
    ...choiceOption(
      Object.keys(BENCHMARK_SCALES) as readonly ScaleName[],
      Object.entries(BENCHMARK_SCALES).map(([name, { text }]) => `${name}: ${text}`).join("; "),
    ),
    topic: "Options" as const,
  },
  budget: budgetOption,
  search: COMPARE.search,
  space: COMPARE.space,
  seeds: numberOption("N", {
    text: "number of seeds at the best setting, from --seed on; 6 by default",
    range: count,
  }),
  "tuning-seeds": numberOption("N", {
    text:
      "number of seeds of each trial, which no other run uses; 2 by default, 1 at the scales medium and deepobs",
    range: count,
  }),
  published: flagOption(
    "train on the validation examples too, as published runs did; only with --budget one-shot, because nothing may be " +
      "chosen by them then",
  ),
  baselines: flagOption(
    "run the rules of published runs at their rates, as those were trained, and say whether the runs agree; on the " +
      "problems of --problem, or on those that have such runs and need no files",
  ),
  from: listOption(
    "DIR,DIR",
    "combine these runs of the benchmark, or those of a sweep, without training: claims, page and files are made anew",
  ),
};

/** A problem, and how long it is trained. */
export interface ChosenProblem {
  readonly problem: Problem;
  readonly epochs: number;
}

/** The options of a run that trains, read from the command line. */
export interface Asked {
  readonly scale: ScaleName;
  readonly problems: readonly ChosenProblem[];
  /** Trials of each optimizer on each problem. */
  readonly budget: number;
  readonly seeds: number;
  /** Seeds of each trial. */
  readonly tuningSeeds: number;
  readonly searched: Searched;
  readonly changes: readonly SpaceChange[];
  readonly published: boolean;
  /** `true` to run the rules of published runs. */
  readonly baselines: boolean;
}

/** Reads the options of a run that trains. @throws {UsageError} for values out of range, and for options that exclude each other. */
export function readOptions(options: Options): Asked {
  const own = ownOptions(OPTIONS, options);
  const { scale = "default", published, baselines } = own;
  if (baselines) return readBaselines(options);
  const defaults = BENCHMARK_SCALES[scale];
  const { budget = defaults.budget, seeds = defaults.seeds } = own;
  const tuningSeeds = own["tuning-seeds"] ?? defaults.tuningSeeds;
  if (published && budget > 1) {
    throw new UsageError(
      "--published trains on the validation examples, so nothing may be chosen by them: add --budget one-shot",
    );
  }
  for (const name of ["search", "space", "tuning-seeds"] as const) {
    if (own[name] === undefined || budget > 1) continue;
    throw new UsageError(
      `--${name} is for the trials that choose a setting, and --budget one-shot makes none: leave one out`,
    );
  }
  requireSeeds(options, seeds + tuningSeeds);
  return {
    scale,
    problems: chosenProblems(options),
    budget,
    seeds,
    tuningSeeds,
    searched: own.search ?? "rate",
    changes: (own.space ?? []).map(readChange),
    published,
    baselines,
  };
}

/** The options that choose problems. */
export const PROBLEM_OPTIONS = { problem: OPTIONS.problem, scale: OPTIONS.scale };

/** Returns the problems that the options name, or those of the scale. @throws {UsageError} for a name that is none. */
export function chosenProblems(options: Pick<Options, "given" | "epochs">): readonly ChosenProblem[] {
  const { problem: names, scale = "default" } = ownOptions(PROBLEM_OPTIONS, options);
  const { sets, also, share }: BenchmarkScale = BENCHMARK_SCALES[scale];
  const problems = names === undefined
    ? Object.values(PROBLEMS).filter((p) => sets.includes(p.set) || also.includes(p.name))
    : problemsNamed(names);
  return problems.map((problem) => ({
    problem,
    epochs: epochsOf(problem, { share, most: options.epochs }),
  }));
}

/** Reads the options of a run of published rules, which fix all but the length and the seeds. */
function readBaselines(options: Options): Asked {
  const own = ownOptions(OPTIONS, options);
  const fixed = (["scale", "budget", "search", "space", "tuning-seeds"] as const).filter((o) =>
    own[o] !== undefined
  );
  const common = (["optimizer", "schedule", "clip"] as const).filter((o) => options[o] !== undefined);
  const [other] = [...fixed, ...common];
  if (other !== undefined) {
    throw new UsageError(
      `--${other} and --baselines cannot both be given: the published runs say how to train; leave one out`,
    );
  }
  const problems = own.problem === undefined
    ? Object.values(PROBLEMS).filter(({ name, set }) => set === "embedded" && hasBaseline(name))
    : problemsNamed(own.problem);
  const without = problems.find(({ name }) => !hasBaseline(name));
  if (without !== undefined) {
    throw new UsageError(
      `no published runs of ${without.name} are stored, only of ${BASELINE_PROBLEMS.join(", ")}`,
    );
  }
  const { seeds = BENCHMARK_SCALES.default.seeds } = own;
  requireSeeds(options, seeds);
  return {
    scale: "default",
    problems: problems.map((problem) => ({
      problem,
      epochs: epochsOf(problem, { share: 1, most: options.epochs }),
    })),
    budget: 1,
    seeds,
    tuningSeeds: 0,
    searched: "rate",
    changes: [],
    published: true,
    baselines: true,
  };
}

function hasBaseline(problem: string): boolean {
  return BASELINE_PROBLEMS.includes(problem);
}

function problemsNamed(names: readonly string[]): readonly Problem[] {
  if (names.length === 0) {
    throw new UsageError(`--problem needs one or more of ${Object.keys(PROBLEMS).join(", ")}`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`--problem names ${twice} twice`);
  return names.map(problemNamed);
}

/** Targets come from seeds that no run uses. */
function requireSeeds({ seed }: Options, seeds: number): void {
  if (seed + seeds < TARGET_SEED) return;
  throw new UsageError(
    `--seed must be below 2^40 - ${seeds} in the benchmark, got ${seed}: it uses ${seeds} seeds from there on, and its ` +
      "targets come from those from 2^40 on",
  );
}
