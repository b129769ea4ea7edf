/**
 * The options of a rule from the arguments of a call.
 *
 * @module
 */
import type { Schedule } from "../../../mod.ts";
import { type Declaration, isInRange, type NumberRange, type SearchInterval } from "../../../options/mod.ts";
import { type Argument, type Call, isCall, type Value } from "../../notation/mod.ts";
import type { NamedGlob } from "./checked_names.ts";
import { glob } from "./globs.ts";
import {
  choiceValue,
  type Declared,
  namedArguments,
  type Place,
  readChoice,
  readFlag,
  readNumber,
  readPattern,
  refuse,
  textNames,
} from "./read_options.ts";
import { argument, type Course, ENDLESS, type Plain } from "./recipe.ts";
import { readSchedule, type SchedulePlan } from "./schedules.ts";

/** The options of a rule. */
export interface Settings {
  /** The canonical arguments: in the order of the declarations, without those that equal the default. */
  readonly args: readonly Argument[];
  /** All options that a text can give but the learning rate, defaults included. */
  readonly shown: Readonly<Record<string, Plain>>;
  /** The learning rate that the text sets. */
  readonly learningRate: number | undefined;
  /** Where to search for the numbers that the text leaves open, the learning rate among them. */
  readonly search: Readonly<Record<string, SearchInterval>>;
  /** Patterns whose alternatives must all match a parameter. */
  readonly patterns: readonly NamedGlob[];
  /** Returns the options for the function. */
  readonly options: (learningRate: number, course: Course) => Record<string, unknown>;
}

/** Defaults of options that differ from the declared ones. */
type Presets = Readonly<Record<string, number | boolean | string>>;

/** The pattern of parameters that do not decay: `decayMask` turned round. */
const EXCLUDE = "exclude";

/** Returns the options that a text may name: `exclude` wherever there is a `decayMask`. */
export function textOptions(declared: Declared): Declared {
  return Object.fromEntries(
    Object.entries(declared).flatMap(([name, d]) =>
      name === "decayMask" ? [[name, d], [EXCLUDE, { kind: "names" } as const]] : [[name, d]]
    ),
  );
}

/** Reads the named arguments of a call. @throws {NotationError} pointing at what is wrong. */
export function readSettings(
  call: Call,
  { declared: library, presets = {}, place }: { declared: Declared; presets?: Presets; place: Place },
): Settings {
  const declared = textOptions(library);
  const read = new Map<string, Read>();
  const args: Argument[] = [];
  for (const arg of namedArguments(call, textNames(declared), place)) {
    const name = arg.name!;
    const declaration = declared[name]!;
    const byDefault = defaultOf(name, { declared, presets });
    const value = readArgument(arg, { of: call.name, declaration, byDefault, place });
    read.set(name, value);
    if (name === "learningRate" || value.shown !== byDefault) args.push(argument(value.canonical, name));
  }
  const both = call.args.find((a) => a.name === EXCLUDE && read.has("decayMask"));
  if (both !== undefined) refuse(place, both.at, `${call.name}: give exclude or decayMask, not both`);
  for (const [name, { required }] of Object.entries(declared)) {
    if (required !== true || read.has(name) || Object.hasOwn(presets, name) || name === "learningRate") {
      continue;
    }
    refuse(place, call.at, `${call.name} needs the option '${name}': ${call.name}(${name}=…)`);
  }
  const names = textNames(declared).filter((n) => n !== "learningRate");
  const shown = names.flatMap((name) => {
    const value = read.get(name)?.shown ?? defaultOf(name, { declared, presets });
    return value === undefined ? [] : [[name, value] as const];
  });
  const rate = read.get("learningRate");
  if (rate?.plan !== undefined) shown.unshift(["learningRate", rate.shown]);
  return {
    args,
    shown: Object.fromEntries(shown),
    learningRate: rate === undefined
      ? undefined
      : rate.plan === undefined
      ? Number(rate.shown)
      : rate.plan.height,
    search: Object.fromEntries(
      Object.entries(declared).flatMap(([name, d]) =>
        d.kind === "number" && d.search !== undefined && !read.has(name) ? [[name, d.search]] : []
      ),
    ),
    patterns: [...read].flatMap(([name, { pattern }]) =>
      pattern === undefined ? [] : [{ what: `${call.name}: ${name}`, glob: glob(pattern) }]
    ),
    options: (learningRate, course) => {
      const values: Record<string, unknown> = { ...presets };
      if (Object.hasOwn(declared, "learningRate")) values.learningRate = learningRate;
      for (const [name, { option }] of read) {
        const height = name === "learningRate" ? learningRate : defaultOf(name, { declared, presets });
        const value = option({
          ...course,
          height: typeof height === "number" && height > 0 ? height : undefined,
        });
        values[name === EXCLUDE ? "decayMask" : name] = value;
      }
      return values;
    },
  };
}

function defaultOf(
  name: string,
  { declared, presets }: { declared: Declared; presets: Presets },
): number | boolean | string | undefined {
  if (Object.hasOwn(presets, name)) return presets[name];
  const declaration = declared[name];
  return declaration !== undefined && "default" in declaration ? declaration.default : undefined;
}

/** The value of an argument. */
interface Read {
  readonly canonical: Value;
  readonly shown: Plain;
  /** Returns the value for the function; `height` is the default for what a schedule starts from or rises to. */
  readonly option: (training: Course & { height: number | undefined }) => unknown;
  /** The schedule, if it is one. */
  readonly plan?: SchedulePlan;
  /** The pattern of names, if it is one. */
  readonly pattern?: string;
}

function readArgument(
  arg: Argument,
  { of, declaration, byDefault, place }: {
    of: string;
    declaration: Declaration;
    byDefault: Plain | undefined;
    place: Place;
  },
): Read {
  const plain = (value: Plain, canonical: Value = value): Read => ({
    canonical,
    shown: value,
    option: () => value,
  });
  switch (declaration.kind) {
    case "number": {
      if (declaration.schedule && isCall(arg.value)) {
        return scheduledValue(arg.value, { what: `${of}: ${arg.name}`, range: declaration.range, place });
      }
      const or = declaration.schedule ? { or: "a schedule such as linear(…)" } : {};
      return plain(readNumber(arg, { of, range: declaration.range, place, ...or }));
    }
    case "flag":
      return plain(readFlag(arg, of, place));
    case "choice": {
      const choice = readChoice(arg, { of, choices: declaration.choices, place });
      return plain(choice, choiceValue(choice));
    }
    case "names": {
      const pattern = readPattern(arg, of, place);
      const { matches } = glob(pattern);
      const chosen = arg.name === EXCLUDE ? (name: string) => !matches(name) : matches;
      return { canonical: pattern, shown: pattern, option: () => chosen, pattern };
    }
    default:
      return refuse(place, arg.at, `${of}: a text cannot give ${arg.name}, got ${String(byDefault)}`);
  }
}

/** The most values of a schedule to check before a training. */
const CHECKED = 100_000;

function scheduledValue(
  call: Call,
  { what, range, place }: { what: string; range: NumberRange; place: Place },
): Read {
  const plan = readSchedule(call, place);
  /** Refuses a schedule that leaves the range, before the training that would find out. */
  const requireRange = (schedule: Schedule, steps: number) => {
    for (let count = 0; count < steps; count += Math.ceil(steps / CHECKED)) {
      const value = schedule(count);
      if (isInRange(value, range)) continue;
      const course = `in a training of ${steps} steps ${plan.text} is ${value} after ${count} updates`;
      refuse(place, call.at, `${what} must be ${range} at every step; ${course}`);
    }
  };
  return {
    // The canonical text is read again wherever the argument is printed within another.
    canonical: plan.call,
    shown: plan.text,
    option: (training) => {
      const schedule = plan.make(training);
      const { steps } = training;
      if (steps !== undefined && steps !== ENDLESS) requireRange(schedule, steps);
      return schedule;
    },
    plan,
  };
}
