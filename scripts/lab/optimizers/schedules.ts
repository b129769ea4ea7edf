/**
 * Schedules from their text: `cosine(warmUp=100)`.
 *
 * @module
 */
import * as schedules from "../../../schedules/mod.ts";
import { type Declaration, messageOf } from "../../../options/mod.ts";
import { didYouMean, UsageError } from "../../console/mod.ts";
import { type Argument, type Call, printCall, type Value } from "../../notation/mod.ts";

import {
  choiceValue,
  type Declared,
  namedArguments,
  type Place,
  readChoice,
  readFlag,
  readNumber,
  refuse,
  shown,
  textNames,
} from "./read_options.ts";
import { ENDLESS } from "./recipe.ts";
import { type ScheduleEntry, scheduleName, SCHEDULES } from "./schedule_table.ts";

/** A schedule that a text describes; the length of the training completes it. */
export interface SchedulePlan {
  /** Its canonical form. */
  readonly call: Call;
  /** Its canonical text. */
  readonly text: string;
  /** The value that it starts from or rises to, if the text says so. */
  readonly height: number | undefined;
  /**
   * Returns the schedule.
   *
   * @throws {UsageError} when a number is missing, or out of range.
   */
  readonly make: (training: Training) => schedules.Schedule;
}

/** What a schedule takes from its training, unless its text says otherwise. */
export interface Training {
  /** The number of steps. */
  readonly steps?: number | undefined;
  /** The value that the schedule starts from or rises to. */
  readonly height?: number | undefined;
}

/** The linear rise before any schedule that has none of its own. */
const WARM_UP: Declared = {
  warmUp: { kind: "number", range: "an integer of at least 0", default: 0, schedule: false },
};

/** Returns the options of a schedule, with the warm-up that the command line adds. */
export function scheduleOptions({ fn }: ScheduleEntry): Declared {
  const own = schedules.SCHEDULES[fn]?.options ?? {};
  return fn === "constantSchedule" || Object.hasOwn(own, "warmUp") ? own : { ...own, ...WARM_UP };
}

/** Reads the schedule that a call describes. @throws {NotationError} pointing at what is wrong. */
export function readSchedule(call: Call, place: Place): SchedulePlan {
  const name = scheduleName(call.name);
  const all = Object.keys(SCHEDULES);
  const entry = Object.hasOwn(SCHEDULES, name) ? SCHEDULES[name] : undefined;
  if (entry === undefined) {
    const meant = didYouMean(name, all);
    return refuse(place, call.at, `unknown schedule "${call.name}".${meant} There are: ${all.join(", ")}`);
  }
  const declared = scheduleOptions(entry);
  const values: Record<string, number | boolean | string | readonly number[]> = {};
  const args: Argument[] = [];
  for (
    const arg of namedArguments(
      withNames({ ...call, name }, entry, place),
      textNames(declared).concat(entry.lists ?? []),
      place,
    )
  ) {
    const option = arg.name!;
    const declaration = declared[option]!;
    const { value, canonical = value } = readValue(arg, { of: name, entry, declaration, place });
    values[option] = value;
    if (!("default" in declaration) || declaration.default !== value) args.push({ ...arg, value: canonical });
  }
  const missing = Object.entries(declared).find(([option, { required }]) =>
    required && values[option] === undefined && option !== entry.height && option !== entry.rest &&
    option !== "warmUp"
  );
  if (missing !== undefined) {
    refuse(place, call.at, `${name} needs the option '${missing[0]}': ${name}(${missing[0]}=…)`);
  }
  const canonical = { name, args: fitted(args, entry), at: 0 };
  const text = printCall(canonical);
  const height = entry.height === undefined ? undefined : values[entry.height] as number | undefined;
  return {
    call: canonical,
    text,
    height,
    make(training) {
      try {
        return made(entry, { values, declared, training });
      } catch (error) {
        const length = training.steps === undefined || training.steps === ENDLESS
          ? ""
          : `, in a training of ${training.steps} steps`;
        throw new UsageError(`${place.what}: ${text}${length}: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

/** Names the value of `constant(0.5)`, and refuses other arguments without a name. */
function withNames(call: Call, { fn }: ScheduleEntry, place: Place): Call {
  const [first] = call.args;
  if (fn === "constantSchedule" && first !== undefined && first.name === undefined) {
    return withNames({ ...call, args: [{ ...first, name: "value" }, ...call.args.slice(1)] }, { fn }, place);
  }
  const nameless = call.args.find((a) => a.name === undefined);
  if (nameless === undefined) return call;
  return refuse(
    place,
    nameless.valueAt,
    `${call.name} takes options with their names, got ${shown(nameless.value)}`,
  );
}

/** Returns the arguments as they are written: the value of `constant` stands without its name. */
function fitted(args: readonly Argument[], { fn }: ScheduleEntry): Argument[] {
  return args.map(({ name, ...arg }) =>
    fn === "constantSchedule" || name === undefined ? arg : { name, ...arg }
  );
}

function readValue(
  arg: Argument,
  { of, entry, declaration, place }: {
    of: string;
    entry: ScheduleEntry;
    declaration: Declaration;
    place: Place;
  },
): { value: number | boolean | string | readonly number[]; canonical?: Value } {
  const { name = "", value, valueAt } = arg;
  const counts = entry.steps?.includes(name) || name === "warmUp";
  if (entry.lists?.includes(name)) {
    if (!Array.isArray(value) || value.some((v) => typeof v !== "number")) {
      return refuse(
        place,
        valueAt,
        `${of}: ${name} must be a list of numbers, such as [0.5, 0.75], got ${shown(value)}`,
      );
    }
    const counted = value as readonly number[];
    const share = (count: number) => count > 0 && count < 1;
    // Counts and shares of the training are compared once its length is known.
    const back = counted.findIndex((v, i) =>
      i > 0 && v <= counted[i - 1]! && share(v) === share(counted[i - 1]!)
    );
    if (entry.steps?.includes(name) && back > 0) {
      const before = `${name}[${back - 1}]`;
      refuse(
        place,
        valueAt,
        `${of}: ${name}[${back}] must be above ${before} = ${counted[back - 1]}, got ${counted[back]}`,
      );
    }
    return { value: counted };
  }
  // A number of steps below 1 is a share of the training.
  if (counts && typeof value === "number" && value > 0 && value < 1) return { value };
  switch (declaration.kind) {
    case "number":
      return {
        value: readNumber(arg, { of, range: declaration.range, place, ...(counts ? { or: SHARE } : {}) }),
      };
    case "flag":
      return { value: readFlag(arg, of, place) };
    case "choice": {
      const choice = readChoice(arg, { of, choices: declaration.choices, place });
      return { value: choice, canonical: choiceValue(choice) };
    }
    default:
      return refuse(place, valueAt, `${of}: a text cannot give ${name}`);
  }
}

const SHARE = "a share of the training between 0 and 1";

type MakeSchedule = (options: unknown) => schedules.Schedule;

type Values = Readonly<Record<string, unknown>>;

/** Makes a schedule. @throws {RangeError} when a number is missing, or out of range. */
function made(
  entry: ScheduleEntry,
  { values, declared, training }: { values: Values; declared: Declared; training: Training },
): schedules.Schedule {
  const { fn, height } = entry;
  const { warmUp = 0, ...rest } = completed(entry, { values, training });
  const ownWarmUp = entry.steps?.includes("warmUp") ?? false;
  const options: Record<string, unknown> = ownWarmUp ? { ...rest, warmUp } : rest;
  if (height !== undefined) options[height] ??= training.height;
  for (const [name, declaration] of Object.entries(declared)) {
    if (declaration.required && options[name] === undefined) {
      throw new RangeError(`it needs the option '${name}': nothing else gives it here`);
    }
  }
  const make = (schedules as unknown as Readonly<Record<string, MakeSchedule>>)[fn]!;
  const schedule = make(fn === "constantSchedule" ? options.value : options);
  return ownWarmUp || warmUp === 0 ? schedule : schedules.warmUp(schedule, { steps: Number(warmUp) });
}

/** Returns the values with shares of the training as steps, and with the option that takes the rest of them. */
function completed(
  { steps: counting = [], lists = [], rest }: ScheduleEntry,
  { values, training: { steps } }: { values: Values; training: Training },
): Record<string, unknown> {
  const total = () => {
    if (steps !== undefined) return steps;
    throw new RangeError(
      "it depends on the number of steps, which is not known here (as with --seconds): give counts, such as steps=1000",
    );
  };
  const counted = (value: unknown) =>
    typeof value === "number" && value > 0 && value < 1 ? Math.max(1, Math.round(value * total())) : value;
  const counts = [...new Set([...counting, "warmUp"])];
  const all: Record<string, unknown> = { ...values };
  for (const name of counts.filter((n) => all[n] !== undefined)) {
    const value = all[name];
    all[name] = lists.includes(name) ? (value as readonly unknown[]).map(counted) : counted(value);
  }
  if (rest !== undefined && all[rest] === undefined) {
    const taken = counts.reduce((n, name) => n + (name === rest ? 0 : Number(all[name] ?? 0)), 0);
    all[rest] = total() - taken;
    if (Number(all[rest]) < (rest === "stable" ? 0 : 1)) {
      throw new RangeError(`its other phases take ${taken} steps, and leave none`);
    }
  }
  return all;
}
