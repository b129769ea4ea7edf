/**
 * Checks what sweep files hold: the experiment, the space of options, and the metric.
 *
 * @module
 */
import type { IntervalScale } from "../lab/search/mod.ts";
import {
  FieldError,
  number,
  oneOf,
  optionName,
  type Range,
  record,
  shown,
  text,
  trials,
  WHOLE,
} from "./fields.ts";
import { checkHyperparameters } from "./hyperparameters.ts";
import { type Pruner, prunerOf, type Search, searchOf, seeds } from "./search.ts";

/** A value of an option; `true` sets an option without a value. */
export type Value = string | number | boolean;

/** An interval to draw numbers from. */
export interface Interval {
  readonly min: number;
  readonly max: number;
  /**
   * `log` spaces by powers, `one-minus-log` spaces the distance from 1 by powers, for numbers just below 1; `linear` by
   * default.
   */
  readonly scale: IntervalScale;
  /** Whether to draw integers; `false` by default. */
  readonly integer: boolean;
}

/** Values by option: a list of them, or an interval. */
export type Space = Readonly<Record<string, readonly Value[] | Interval>>;

/** A sweep. */
export interface Sweep {
  readonly experiment: string;
  /** Options common to all trials. */
  readonly options: Readonly<Record<string, Value>>;
  readonly space: Space;
  readonly search: Search;
  /** Stops trials early; absent by default. */
  readonly pruner?: Pruner;
  /** Seeds of the trials of each setting; if empty, the experiment's own seed. */
  readonly seeds: readonly number[];
  readonly metric: string;
  readonly goal: "max" | "min";
}

/** Checks the content of a sweep file. @throws {UsageError} naming the field, what it accepts, and what it holds. */
export function sweepFrom(value: unknown): Sweep {
  const fields = ["experiment", "options", "space", "search", "pruner", "seeds", "metric", "goal"];
  const file = record(value, WHOLE, fields);
  const experiment = text(file.experiment, "experiment");
  const options = settingsOf(file.options ?? {});
  const space = spaceOf(file.space ?? {});
  for (const name of Object.keys(space)) {
    if (Object.hasOwn(options, name)) {
      throw new FieldError(`space.${name} is already set by options.${name}`, `space.${name}`);
    }
  }
  checkHyperparameters({ options, space });
  const pruner = prunerOf(file.pruner);
  const search = searchOf(file.search ?? { method: "grid" }, { pruned: pruner !== undefined });
  if ("resource" in search) {
    for (const [field, names] of Object.entries({ options, space })) {
      if (Object.hasOwn(names, search.resource)) {
        throw new FieldError(
          `${field}.${search.resource} is set by search.resource: remove one of them`,
          `${field}.${search.resource}`,
        );
      }
    }
  }
  if (search.method === "grid") {
    for (const [name, values] of Object.entries(space)) {
      if (!Array.isArray(values)) {
        throw new FieldError(
          `space.${name} must be a list for a grid; an interval needs another search.method`,
          `space.${name}`,
        );
      }
    }
  }
  const seeds = seedsOf(file.seeds);
  const metric = text(file.metric ?? METRIC, "metric");
  if (pruner !== undefined) requirePrunable({ seeds, metric });
  return {
    experiment,
    options,
    space,
    search,
    ...(pruner === undefined ? {} : { pruner }),
    seeds,
    metric,
    goal: oneOf(file.goal ?? goalOf(metric), ["max", "min"], "goal"),
  };
}

/** The metric by default: every experiment that trains on data measures it, and it is finer than an accuracy. */
const METRIC = "validationLoss";

/** Returns whether a sweep ranks settings by the test set, so that the test results of its choice are too good. */
export function choosesByTest({ metric }: Pick<Sweep, "metric">): boolean {
  return metric.split(".").some((part) => /^test($|[A-Z])/.test(part));
}

/** Returns the goal by default: less of a loss is better, more of anything else. */
function goalOf(metric: string): "max" | "min" {
  return /loss$/i.test(metric) ? "min" : "max";
}

/** Checks what a pruner compares: one training a setting, by a column of `metrics.csv`. @throws {UsageError} */
function requirePrunable({ seeds, metric }: Pick<Sweep, "seeds" | "metric">): void {
  if (seeds.length > 1) {
    throw new FieldError(
      `pruner needs one seed, because it compares single trials: seeds names ${seeds.length}`,
      "seeds",
    );
  }
  if (metric.includes(".")) {
    throw new FieldError(
      `pruner needs a metric of each epoch, such as ${METRIC}: ${metric} is a path in a summary`,
      "metric",
    );
  }
}

function settingsOf(value: unknown): Record<string, Value> {
  const entries = Object.entries(record(value, "options"));
  for (const [name, v] of entries) {
    optionName(name, { field: "options" });
    optionValue(v, `options.${name}`);
  }
  return Object.fromEntries(entries) as Record<string, Value>;
}

function spaceOf(value: unknown): Space {
  return Object.fromEntries(
    Object.entries(record(value, "space")).map(([name, v]) => {
      optionName(name, { field: "space" });
      const field = `space.${name}`;
      if (!Array.isArray(v)) return [name, intervalOf(v, field)];
      if (v.length === 0) throw new FieldError(`${field} must hold at least one value, is empty`, field);
      for (const [i, of] of v.entries()) {
        optionValue(of, `${field}[${i}]`);
        if (v.indexOf(of) !== i) throw new FieldError(`${field} holds ${shown(of)} twice`, field);
      }
      return [name, v as Value[]];
    }),
  );
}

function intervalOf(value: unknown, field: string): Interval {
  if (typeof value !== "object" || value === null) {
    throw new FieldError(
      `${field} must be a list of values or an interval {min, max}, got ${shown(value)}`,
      field,
    );
  }
  const of = record(value, field, ["min", "max", "scale", "integer"]);
  const min = number(of.min, `${field}.min`, finite);
  const max = number(of.max, `${field}.max`, finite);
  if (!(min < max)) {
    throw new FieldError(`${field}.max must be above ${field}.min (${min}), got ${max}`, `${field}.max`);
  }
  const scale = oneOf(of.scale ?? "linear", ["linear", "log", "one-minus-log"], `${field}.scale`);
  if (scale === "log" && min <= 0) {
    throw new FieldError(`${field}.min must be above 0 on a logarithmic scale, got ${min}`, `${field}.min`);
  }
  if (scale === "one-minus-log" && max >= 1) {
    throw new FieldError(
      `${field}.max must be below 1 on the scale one-minus-log, got ${max}`,
      `${field}.max`,
    );
  }
  const integer = of.integer ?? false;
  if (typeof integer !== "boolean") {
    throw new FieldError(`${field}.integer must be true or false, got ${shown(integer)}`, `${field}.integer`);
  }
  if (integer && !(Number.isSafeInteger(min) && Number.isSafeInteger(max))) {
    throw new FieldError(`${field} must have integer bounds for integers, got ${min} and ${max}`, field);
  }
  if (integer && scale === "one-minus-log") {
    throw new FieldError(`${field}.integer must be false on the scale one-minus-log`, `${field}.integer`);
  }
  return { min, max, scale, integer };
}

function seedsOf(value: unknown): number[] {
  if (value === undefined) return [];
  const several = {
    text: "a list of seeds, or a number of seeds from 0 on (1 to 10000)",
    test: (v: number) => v <= 1e4,
  };
  if (typeof value === "number") {
    if (!trials.test(value) || !several.test(value)) {
      throw new FieldError(`seeds must be ${several.text}, got ${value}`, "seeds");
    }
    return Array.from({ length: value }, (_, i) => i);
  }
  if (!Array.isArray(value) || value.length === 0 || value.length > 1e4) {
    throw new FieldError(`seeds must be ${several.text}, got ${shown(value)}`, "seeds");
  }
  return value.map((v, i) => {
    if (value.indexOf(v) !== i) throw new FieldError(`seeds holds ${shown(v)} twice`, "seeds");
    return number(v, `seeds[${i}]`, seeds);
  });
}

const finite: Range = { text: "a number", test: Number.isFinite };

function optionValue(value: unknown, field: string): void {
  if (typeof value === "string" && value !== "" && value.length <= 4096) return;
  if (typeof value === "boolean" || typeof value === "number" && Number.isFinite(value)) return;
  throw new FieldError(`${field} must be a text, a number, true or false, got ${shown(value)}`, field);
}
