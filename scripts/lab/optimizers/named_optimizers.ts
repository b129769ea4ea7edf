/**
 * The optimizers of `--optimizer`: by name, or from a file, with their hyper-parameters.
 *
 * @module
 */
import { chain, type Optimizer, type Switch } from "../../../mod.ts";
import { optimizerFiles, type Options } from "../../cli/mod.ts";
import { fileName, UsageError } from "../../console/mod.ts";
import { printCall, readCall, type Value, withOption, withOptionOf } from "../../notation/mod.ts";
import { type ClipPlan, NO_CLIP, readClip } from "./clips.ts";
import type { SearchInterval } from "../../../options/mod.ts";
import { LONGEST, type OwnRule, ownRule } from "./own_rule.ts";
import { readOptimizer, requireKnown, type Source } from "./read_recipe.ts";
import { type Course, ENDLESS, type Plain, type Recipe } from "./recipe.ts";
import { choiceValue } from "./read_options.ts";
import { scheduled } from "./scheduled.ts";
import { readSchedule, type SchedulePlan } from "./schedules.ts";
import { NAMES, TRAINERS } from "./table.ts";

/** An optimizer of an experiment. */
export interface OptimizerEntry {
  /** The learning rate if none is given. */
  readonly learningRate: number;
  /**
   * Makes the update rule at a learning rate.
   *
   * @param course the length of the training, for schedules that depend on it
   * @throws {UsageError} when a schedule needs it and it is not given.
   */
  readonly make: (learningRate: number, course?: Course) => Optimizer;
  /** Returns the switch to another rule. */
  readonly switching?: () => Switch;
}

/** An optimizer that the options name. */
export interface NamedOptimizer {
  /** Its name in tables and folders: its text in canonical form, such as `adam(beta1=0.95)`. */
  readonly name: string;
  /** The name alone, such as `adam`. */
  readonly base: string;
  readonly entry: OptimizerEntry;
  /** All hyper-parameters but the learning rate, defaults included; schedules stand as their texts. */
  readonly hyperparameters: Readonly<Record<string, Plain>>;
  /**
   * Where to search for the hyper-parameters that the text leaves open, by the same names, and for the learning rate if
   * the text leaves it open and an interval is known.
   */
  readonly space: Readonly<Record<string, SearchInterval>>;
  /** The gradients of a batch that one update takes: 2 for `sam`. */
  readonly gradientsPerUpdate: number;
  /** The learning rate that its text sets, which counts before all others. */
  readonly learningRate?: number;
}

/** The schedule and the clip of a training if the options give none, in the notation; none by default. */
export interface CourseDefaults {
  readonly schedule?: string;
  readonly clip?: string;
}

/** The schedule and the clip of the trainings, as canonical texts. */
export interface CourseTexts {
  readonly schedule: string;
  readonly clip: string;
}

/** The text of a schedule that changes nothing. */
const CONSTANT = "constant";

/** Reads the schedule and the clip of the trainings. @throws {NotationError} pointing at what is wrong. */
export function courseOf(options: Pick<Options, "schedule" | "clip">, defaults: CourseDefaults = {}): {
  readonly texts: CourseTexts;
  readonly schedule: SchedulePlan | undefined;
  readonly clip: ClipPlan | undefined;
} {
  const given = options.schedule ?? defaults.schedule ?? CONSTANT;
  const plan = readSchedule(readCall(given, "--schedule"), { what: "--schedule", text: given });
  const schedule = plan.text === CONSTANT ? undefined : plan;
  // A mistake that does not depend on the length of the training shows before anything runs.
  schedule?.make({ steps: ENDLESS, height: 1 });
  const clip = readClip(options.clip ?? defaults.clip ?? NO_CLIP, "--clip");
  return { texts: { schedule: plan.text, clip: clip?.text ?? NO_CLIP }, schedule, clip };
}

/** Returns the texts of `--optimizer`. @throws {UsageError} if there are none. */
function textsOf(options: Pick<Options, "optimizer">, defaults: readonly string[]): readonly string[] {
  const texts = options.optimizer ?? defaults;
  if (texts.length > 0) return texts;
  throw new UsageError(`--optimizer needs one or more of ${TRAINERS.join(", ")}`);
}

/**
 * Loads the optimizers that the options name, with the schedule and the clip of the options.
 *
 * @throws {UsageError} for a text that is wrong, an unknown name, or a file that makes no optimizer.
 */
export async function loadedOptimizers(
  options: Options,
  defaults: readonly string[],
  courseDefaults: CourseDefaults = {},
): Promise<readonly NamedOptimizer[]> {
  const course = courseOf(options, courseDefaults);
  const texts = textsOf(options, defaults);
  for (const text of texts) requireKnown(readCall(text, "--optimizer"), { what: "--optimizer", text });
  const rules = await Promise.all(
    optimizerFiles(texts).map(async (file) => [file, await ownRule(file)] as const),
  );
  requireOwnNames(rules);
  const files: ReadonlyMap<string, OwnRule> = new Map(rules);
  const chosen = texts.map((text) => {
    const recipe = readOptimizer(readCall(text, "--optimizer"), { what: "--optimizer", text, files });
    return named(recipe, course, { what: "--optimizer", text, files });
  });
  requireDistinct(chosen);
  return chosen;
}

/** Returns the optimizer of a text without files, such as one of the table. @throws {UsageError} for a text that is wrong. */
export function optimizerOf(text: string): NamedOptimizer {
  const source: Source = { what: "--optimizer", text, files: new Map() };
  return named(readOptimizer(readCall(text, "--optimizer"), source), courseOf({}), source);
}

function named(
  recipe: Recipe,
  { schedule, clip }: ReturnType<typeof courseOf>,
  source: Source,
): NamedOptimizer {
  const { call, hyperparameters, learningRate = 1e-3, fixesRate, switching, search, rateSearch } = recipe;
  const name = printCall(call);
  if (fileName(name).length > LONGEST) {
    throw new UsageError(
      `--optimizer ${name} has a name of more than ${LONGEST} bytes (a special byte counts three): write it as a file, ` +
        "./mine.ts",
    );
  }
  if (switching !== undefined && schedule !== undefined) {
    throw new UsageError(
      `--schedule ${schedule.text} cannot drive ${name}, which changes its rule on the way: add --schedule ${CONSTANT}`,
    );
  }
  const clipped = (rule: Optimizer) => (clip === undefined ? rule : chain(clip.make(), rule));
  const entry: OptimizerEntry = {
    learningRate,
    make: (rate, { hyperparameters: replaced = {}, ...course } = {}) => {
      // Only optimizers get here, no transforms.
      const made = withValues(recipe, replaced, source).make(rate, course) as Optimizer;
      return clipped(
        schedule === undefined ? made : scheduled(made, schedule.make({ ...course, height: 1 })),
      );
    },
    ...(switching === undefined ? {} : { switching: () => clippedSwitch(switching(), clipped) }),
  };
  const rates = fixesRate || rateSearch === undefined ? {} : { learningRate: rateSearch };
  const { gradientsPerUpdate = 1, eachExample } = recipe.make(learningRate, { steps: ENDLESS }).rule;
  if (clip !== undefined && eachExample !== undefined) {
    throw new UsageError(
      `--clip ${clip.text} cannot come before ${name}, which takes the gradient of each example: use --clip ${NO_CLIP}`,
    );
  }
  return {
    name,
    base: call.name,
    entry,
    hyperparameters,
    space: { ...rates, ...search },
    gradientsPerUpdate,
    ...(fixesRate ? { learningRate } : {}),
  };
}

/** Returns a recipe with other hyper-parameters, by the names that reports show. @throws {UsageError} for a wrong one. */
function withValues(recipe: Recipe, values: Readonly<Record<string, Plain>>, source: Source): Recipe {
  const names = Object.keys(values);
  if (names.length === 0) return recipe;
  const call = names.reduce((call, name) => {
    const value = plainValue(values[name]!);
    const dot = name.lastIndexOf(".");
    if (dot < 0) return withOption(call, name, value);
    const of = name.slice(name.lastIndexOf(".", dot - 1) + 1, dot);
    const set = withOptionOf(call, { of, name: name.slice(dot + 1), value });
    if (set !== undefined) return set;
    throw new UsageError(`${recipe.call.name} has no hyper-parameter '${name}'`);
  }, recipe.full);
  return readOptimizer(call, { ...source, text: printCall(call) });
}

function plainValue(value: Plain): Value {
  return typeof value === "string" ? choiceValue(value) : value;
}

function clippedSwitch({ criterion, to }: Switch, clipped: (rule: Optimizer) => Optimizer): Switch {
  return { criterion, to: (rate) => clipped(to(rate)) };
}

/** Names that differ only in case would share files on file systems that ignore case. */
function requireOwnNames(rules: readonly (readonly [string, OwnRule])[]): void {
  const names = rules.map(([, { name }]) => name.toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`--optimizer names two files "${twice}"`);
}

function requireDistinct(chosen: readonly NamedOptimizer[]): void {
  const names = chosen.map((c) => c.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`--optimizer names "${twice}" twice`);
  const folded = names.map((name) => name.toLowerCase());
  const near = names.find((_, i) => folded.indexOf(folded[i]!) !== i);
  if (near !== undefined) {
    throw new UsageError(`--optimizer names two optimizers "${near}" that differ only in case`);
  }
}

/** The rates that an experiment prefers to those of the table, and the rate of the command line. */
export interface Rates {
  readonly options: Pick<Options, "learningRate">;
  /** Rates by the optimizer's name. */
  readonly preferred?: Readonly<Record<string, number>> | undefined;
}

/** Returns the rate of a training: that of the optimizer's text, of the command line, of the experiment, or of the table. */
export function rateOf({ learningRate, base, entry }: NamedOptimizer, { options, preferred }: Rates): number {
  return learningRate ?? options.learningRate ?? preferred?.[base] ?? entry.learningRate;
}

/** An optimizer of the table. */
export interface TableOptimizer extends OptimizerEntry {
  /** All hyper-parameters but the learning rate, defaults included. */
  readonly hyperparameters: NamedOptimizer["hyperparameters"];
}

/** The optimizers of the table by name. */
export const OPTIMIZERS: Readonly<Record<string, TableOptimizer>> = Object.fromEntries(
  TRAINERS.filter((name) => NAMES[name]!.rate !== undefined || NAMES[name]!.inner !== undefined)
    .map((name) => [name, lazy(name)]),
);

/** Reads an optimizer of the table when it is first asked for: most are not. */
function lazy(name: string): TableOptimizer {
  let optimizer: NamedOptimizer | undefined;
  const read = () => optimizer ??= optimizerOf(name);
  return {
    get learningRate() {
      return read().entry.learningRate;
    },
    get hyperparameters() {
      return read().hyperparameters;
    },
    make: (rate, course) => read().entry.make(rate, course),
    ...(NAMES[name]?.switches ? { switching: () => read().entry.switching!() } : {}),
  };
}
