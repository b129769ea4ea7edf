/**
 * What the command line says of its optimizers and schedules: options, defaults, papers.
 *
 * @module
 */
import type { Declaration, SearchInterval } from "../../../options/mod.ts";
import { SCHEDULES as CATALOG } from "../../../schedules/mod.ts";
import papers from "./papers.json" with { type: "json" };
import { type Declared, textNames } from "./read_options.ts";
import { optionsOf } from "./read_recipe.ts";
import type { Plain } from "./recipe.ts";
import { scheduleOptions } from "./schedules.ts";
import { type ScheduleEntry, scheduleName, SCHEDULES } from "./schedule_table.ts";
import { textOptions } from "./settings.ts";
import { commandLineName, type Entry, NAMES } from "./table.ts";

/** An option that a text can give. */
export interface OptionDescription {
  readonly name: string;
  /** What it may be, in words. */
  readonly values: string;
  readonly default?: Plain;
  /** Whether it must be given. */
  readonly required: boolean;
  /** Whether it may be a schedule. */
  readonly schedule: boolean;
  /** Where to search for it. */
  readonly search?: SearchInterval;
}

/** An optimizer, a transform or a schedule of the command line. */
export interface Description {
  readonly name: string;
  /** The library's function. */
  readonly function: string;
  /** What it is, in a sentence; empty for schedules. */
  readonly about: string;
  /** The paper, or the function of another library, that it follows. */
  readonly paper: string;
  /** How it is written, with what stands before its options. */
  readonly usage: string;
  readonly options: readonly OptionDescription[];
}

/** What `experiment optimizers` says of a name. */
export interface OptimizerDescription extends Description {
  /** The learning rate if none is given; absent where it is that of a rule inside, or there is none. */
  readonly learningRate?: number;
  readonly kind: "rule" | "wrapper" | "transform";
}

const PAPERS: Readonly<Record<string, { about: string; paper: string }>> = papers;

/** Returns the descriptions of all optimizers and transforms, in the order of the table. */
export function optimizerDescriptions(): readonly OptimizerDescription[] {
  return Object.entries(NAMES).map(([name, entry]) => describeOptimizer(name, entry));
}

/** Returns the description of an optimizer by its name in either spelling; `undefined` if there is none. */
export function optimizerDescription(given: string): OptimizerDescription | undefined {
  const name = commandLineName(given);
  return Object.hasOwn(NAMES, name) ? describeOptimizer(name, NAMES[name]!) : undefined;
}

function describeOptimizer(name: string, entry: Entry): OptimizerDescription {
  const { about = "", paper = "" } = PAPERS[entry.fn] ?? {};
  const { takes, presets = {}, rate } = entry;
  const { learningRate, ...declared } = textOptions(optionsOf(entry));
  const number = typeof takes === "object" ? takes.number : undefined;
  const rated = learningRate === undefined ? declared : {
    learningRate: { ...learningRate, ...(rate === undefined ? {} : { default: rate }) } as Declaration,
    ...declared,
  };
  return {
    name,
    function: entry.fn,
    kind: entry.transform ? "transform" : takes === "nothing" ? "rule" : "wrapper",
    about,
    paper,
    usage: usageOf(name, entry),
    ...(rate === undefined ? {} : { learningRate: rate }),
    options: optionsFrom(rated, { presets }).map((o) => (o.name === number ? { ...o, required: true } : o)),
  };
}

/** Returns how an optimizer is written, with what stands before its options. */
function usageOf(name: string, { takes, inner }: Entry): string {
  if (typeof takes === "object") return `${name}(${takes.number.toUpperCase()})`;
  const before = {
    nothing: "",
    optimizer: inner ?? "OPTIMIZER",
    updater: inner ?? "OPTIMIZER",
    links: "clip(1), OPTIMIZER",
    groups: "'*.bias'=OPTIMIZER, OPTIMIZER",
  }[takes];
  return before === "" ? name : `${name}(${before})`;
}

/** Returns the descriptions of all schedules. */
export function scheduleDescriptions(): readonly Description[] {
  return Object.entries(SCHEDULES).map(([name, entry]) => describeSchedule(name, entry));
}

/** Returns the description of a schedule by its name, the library's or this one; `undefined` if there is none. */
export function scheduleDescription(given: string): Description | undefined {
  const name = scheduleName(given);
  return Object.hasOwn(SCHEDULES, name) ? describeSchedule(name, SCHEDULES[name]!) : undefined;
}

function describeSchedule(name: string, entry: ScheduleEntry): Description {
  const { fn, height, rest, steps = [], lists = [] } = entry;
  const declared = scheduleOptions(entry);
  const options = optionsFrom(declared, { presets: {}, also: lists }).map((option): OptionDescription => {
    const counts = steps.includes(option.name) || option.name === "warmUp";
    const values = lists.includes(option.name) ? "a list of numbers" : option.values;
    const given = option.name === height || option.name === rest || option.name === "warmUp";
    const byDefault = option.name === height
      ? "; by default 1, or the value of the hyper-parameter"
      : option.name === rest
      ? "; by default what the training leaves"
      : "";
    return {
      ...option,
      values: `${values}${counts ? ", or a share of the training" : ""}${byDefault}`,
      required: option.required && !given,
    };
  });
  const paper = CATALOG[fn]?.paper ?? "";
  return {
    name,
    function: fn,
    about: "",
    paper,
    usage: fn === "constantSchedule" ? "constant(1)" : name,
    options,
  };
}

function optionsFrom(
  declared: Declared,
  { presets, also = [] }: { presets: Readonly<Record<string, Plain>>; also?: readonly string[] },
): OptionDescription[] {
  const names = Object.keys(declared).filter((n) => textNames(declared).includes(n) || also.includes(n));
  return names.map((name) => {
    const d = declared[name]!;
    const byDefault = presets[name] ?? ("default" in d ? d.default : undefined);
    return {
      name,
      values: valuesOf(d),
      ...(byDefault === undefined ? {} : { default: byDefault }),
      required: d.required === true && byDefault === undefined,
      schedule: d.kind === "number" && d.schedule,
      ...(d.kind === "number" && d.search !== undefined ? { search: d.search } : {}),
    };
  });
}

function valuesOf(declared: Declaration): string {
  switch (declared.kind) {
    case "number":
      return declared.range;
    case "flag":
      return "true or false";
    case "choice":
      return declared.choices.join(", ");
    case "names":
      return "a pattern of names, such as '*.bias'";
    case "other":
      return "";
  }
}
