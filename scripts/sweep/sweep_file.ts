/**
 * Reads sweep files: the experiment, the space of options, and the metric.
 *
 * @module
 */
import { readTextFile, requireFile } from "../../files/mod.ts";
import { isInRange, SEED } from "../../options/mod.ts";
import { didYouMean, importOwn, placeIn, reason, UsageError } from "../console/mod.ts";

/** A value of an option; `true` sets an option without a value. */
export type Value = string | number | boolean;

/** An interval to draw numbers from. */
export interface Interval {
  readonly min: number;
  readonly max: number;
  /** `log` draws logarithms uniformly; `linear` by default. */
  readonly scale: "linear" | "log";
  /** Whether to draw integers; `false` by default. */
  readonly integer: boolean;
}

/** Values by option: a list of them, or an interval. */
export type Space = Readonly<Record<string, readonly Value[] | Interval>>;

/** The option that sets the budget of a trial, and its bounds. */
export interface Budget {
  readonly resource: string;
  readonly min: number;
  readonly max: number;
  /** One of `eta` settings is kept each time the budget grows by this factor. */
  readonly eta: number;
}

/** What decides the proposals of the tree-structured Parzen estimator, as in Optuna. */
export interface Tpe {
  /** The number of ended settings before which settings are drawn at random. */
  readonly startup: number;
  /** The number of draws among which a proposal is chosen. */
  readonly candidates: number;
  /** The share of the ended settings that count as good. */
  readonly gamma: number;
  /** The number of settings that may run at once: setting k is proposed once setting k - parallel has ended. */
  readonly parallel: number;
}

/** The search method. */
export type Search =
  | { readonly method: "grid" }
  | { readonly method: "random"; readonly count: number; readonly seed: number }
  | { readonly method: "tpe"; readonly count: number; readonly seed: number } & Tpe
  | { readonly method: "halving"; readonly count: number; readonly seed: number } & Budget
  | { readonly method: "hyperband"; readonly seed: number } & Budget;

/** A sweep. */
export interface Sweep {
  readonly experiment: string;
  /** Options common to all trials. */
  readonly options: Readonly<Record<string, Value>>;
  readonly space: Space;
  readonly search: Search;
  /** Seeds of the trials of each setting; if empty, the experiment's own seed. */
  readonly seeds: readonly number[];
  readonly metric: string;
  readonly goal: "max" | "min";
}

/** The largest number of trials: a typing mistake should not cost a night. */
export const MOST_TRIALS = 100_000;

/** The largest file to read, in bytes. */
const MOST_BYTES = 16 * 2 ** 20;

/** Options that a sweep sets itself. */
const RESERVED: Readonly<Record<string, string>> = {
  out: "each trial has its own folder",
  resume: "interrupted trials are resumed automatically",
  seed: "name seeds in the field seeds",
  json: "trials print nothing",
  quiet: "trials print nothing",
  help: "trials print nothing",
};

/** Reads a file: JSON, or TypeScript or JavaScript, which is executed for its default export. @throws {UsageError} */
export async function readSweepFile(path: string): Promise<Sweep> {
  let value: unknown;
  try {
    await requireFile(path);
    const { size } = await Deno.stat(path);
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes, at most ${MOST_BYTES} are read`);
    if (/\.[cm]?[jt]s$/.test(path)) {
      const module = await importOwn(path);
      if (module.default === undefined) throw new Error("it has no default export");
      value = module.default;
    } else value = JSON.parse(await readTextFile(path));
  } catch (error) {
    const place = placeIn(error);
    const where = place === undefined ? "" : `${place}: `;
    throw new UsageError(`${path} cannot be read as a sweep: ${where}${reason(error).split("\n")[0]}`);
  }
  try {
    return sweepFrom(value);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

/** Checks the content of a sweep file. @throws {UsageError} naming the field, what it accepts, and what it holds. */
export function sweepFrom(value: unknown): Sweep {
  const fields = ["experiment", "options", "space", "search", "seeds", "metric", "goal"];
  const file = record(value, "a sweep", fields);
  const experiment = text(file.experiment, "experiment");
  const options = settingsOf(file.options ?? {});
  const space = spaceOf(file.space ?? {});
  for (const name of Object.keys(space)) {
    if (Object.hasOwn(options, name)) throw new UsageError(`space.${name} is already set by options.${name}`);
  }
  const search = searchOf(file.search ?? { method: "grid" });
  if ("resource" in search) {
    for (const [field, names] of Object.entries({ options, space })) {
      if (Object.hasOwn(names, search.resource)) {
        throw new UsageError(`${field}.${search.resource} is set by search.resource: remove one of them`);
      }
    }
  }
  if (search.method === "grid") {
    for (const [name, values] of Object.entries(space)) {
      if (!Array.isArray(values)) {
        throw new UsageError(
          `space.${name} must be a list for a grid; an interval needs another search.method`,
        );
      }
    }
  }
  return {
    experiment,
    options,
    space,
    search,
    seeds: seedsOf(file.seeds),
    metric: text(file.metric, "metric"),
    goal: oneOf(file.goal ?? "max", ["max", "min"], "goal"),
  };
}

function settingsOf(value: unknown): Record<string, Value> {
  const entries = Object.entries(record(value, "options"));
  for (const [name, v] of entries) {
    optionName(name, "options");
    optionValue(v, `options.${name}`);
  }
  return Object.fromEntries(entries) as Record<string, Value>;
}

function spaceOf(value: unknown): Space {
  return Object.fromEntries(
    Object.entries(record(value, "space")).map(([name, v]) => {
      optionName(name, "space");
      const field = `space.${name}`;
      if (!Array.isArray(v)) return [name, intervalOf(v, field)];
      if (v.length === 0) throw new UsageError(`${field} must hold at least one value, is empty`);
      for (const [i, of] of v.entries()) {
        optionValue(of, `${field}[${i}]`);
        if (v.indexOf(of) !== i) throw new UsageError(`${field} holds ${shown(of)} twice`);
      }
      return [name, v as Value[]];
    }),
  );
}

function intervalOf(value: unknown, field: string): Interval {
  if (typeof value !== "object" || value === null) {
    throw new UsageError(`${field} must be a list of values or an interval {min, max}, got ${shown(value)}`);
  }
  const of = record(value, field, ["min", "max", "scale", "integer"]);
  const min = number(of.min, `${field}.min`, finite);
  const max = number(of.max, `${field}.max`, finite);
  if (!(min < max)) throw new UsageError(`${field}.max must be above ${field}.min (${min}), got ${max}`);
  const scale = oneOf(of.scale ?? "linear", ["linear", "log"], `${field}.scale`);
  if (scale === "log" && min <= 0) {
    throw new UsageError(`${field}.min must be above 0 on a logarithmic scale, got ${min}`);
  }
  const integer = of.integer ?? false;
  if (typeof integer !== "boolean") {
    throw new UsageError(`${field}.integer must be true or false, got ${shown(integer)}`);
  }
  if (integer && !(Number.isSafeInteger(min) && Number.isSafeInteger(max))) {
    throw new UsageError(`${field} must have integer bounds for integers, got ${min} and ${max}`);
  }
  return { min, max, scale, integer };
}

function searchOf(value: unknown): Search {
  const { method: given } = record(value, "search");
  const method = oneOf(given, ["grid", "random", "tpe", "halving", "hyperband"], "search.method");
  const fields = {
    grid: ["method"],
    random: ["method", "count", "seed"],
    tpe: ["method", "count", "seed", "startup", "candidates", "gamma", "parallel"],
    halving: ["method", "count", "seed", "resource", "min", "max", "eta"],
    hyperband: ["method", "seed", "resource", "min", "max", "eta"],
  }[method];
  const of = record(value, "search", fields);
  if (method === "grid") return { method };
  const seed = number(of.seed ?? 0, "search.seed", seeds);
  const count = () => number(of.count, "search.count", trials);
  if (method === "random") return { method, count: count(), seed };
  if (method === "tpe") return { method, count: count(), seed, ...tpeOf(of) };
  const resource = text(of.resource, "search.resource");
  optionName(resource, "search.resource =");
  const min = number(of.min ?? 1, "search.min", budgets);
  const max = number(of.max, "search.max", budgets);
  if (max < min) throw new UsageError(`search.max must be at least search.min (${min}), got ${max}`);
  const eta = number(of.eta ?? 3, "search.eta", etas);
  const budget = { resource, min, max, eta };
  return method === "halving" ? { method, count: count(), seed, ...budget } : { method, seed, ...budget };
}

function tpeOf(of: Record<string, unknown>): Tpe {
  return {
    startup: number(of.startup ?? 10, "search.startup", trials),
    candidates: number(of.candidates ?? 24, "search.candidates", draws),
    gamma: number(of.gamma ?? 0.1, "search.gamma", shares),
    parallel: number(of.parallel ?? 4, "search.parallel", trials),
  };
}

function seedsOf(value: unknown): number[] {
  if (value === undefined) return [];
  const several = {
    text: "a list of seeds, or a number of seeds from 0 on (1 to 10000)",
    test: (v: number) => v <= 1e4,
  };
  if (typeof value === "number") {
    if (!trials.test(value) || !several.test(value)) {
      throw new UsageError(`seeds must be ${several.text}, got ${value}`);
    }
    return Array.from({ length: value }, (_, i) => i);
  }
  if (!Array.isArray(value) || value.length === 0 || value.length > 1e4) {
    throw new UsageError(`seeds must be ${several.text}, got ${shown(value)}`);
  }
  return value.map((v, i) => {
    if (value.indexOf(v) !== i) throw new UsageError(`seeds holds ${shown(v)} twice`);
    return number(v, `seeds[${i}]`, seeds);
  });
}

interface Range {
  readonly text: string;
  readonly test: (v: number) => boolean;
}

const finite: Range = { text: "a number", test: Number.isFinite };
const seeds: Range = { text: SEED, test: (v) => isInRange(v, SEED) };
const trials: Range = {
  text: `an integer from 1 to ${MOST_TRIALS}`,
  test: (v) => Number.isInteger(v) && v >= 1 && v <= MOST_TRIALS,
};
const budgets: Range = {
  text: "an integer from 1 to 1000000000",
  test: (v) => Number.isInteger(v) && v >= 1 && v <= 1e9,
};
const draws: Range = {
  text: "an integer from 1 to 10000",
  test: (v) => Number.isInteger(v) && v >= 1 && v <= 1e4,
};
const shares: Range = { text: "a number above 0, at most 1", test: (v) => v > 0 && v <= 1 };
const etas: Range = { text: "a number from 2 to 100", test: (v) => v >= 2 && v <= 100 };

function number(value: unknown, field: string, range: Range): number {
  if (typeof value === "number" && range.test(value)) return value;
  throw new UsageError(`${field} must be ${range.text}, got ${shown(value)}`);
}

function text(value: unknown, field: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new UsageError(`${field} must be a text, got ${shown(value)}`);
}

function oneOf<T extends string>(value: unknown, choices: readonly T[], field: string): T {
  if ((choices as readonly unknown[]).includes(value)) return value as T;
  const meant = typeof value === "string" ? didYouMean(value.slice(0, 100), choices) : "";
  throw new UsageError(`${field} must be one of ${choices.join(", ")}, got ${shown(value)}.${meant}`);
}

/** Checks that a value is an object with no other fields than these. */
function record(value: unknown, field: string, fields?: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`${field} must be an object, got ${shown(value)}`);
  }
  for (const name of Object.keys(value)) {
    if (fields === undefined || fields.includes(name)) continue;
    const meant = didYouMean(name.slice(0, 100), fields);
    throw new UsageError(`${field} has no field ${shown(name)}.${meant} There are: ${fields.join(", ")}`);
  }
  return value as Record<string, unknown>;
}

function optionName(name: string, field: string): void {
  if (!/^[a-z][a-z0-9-]{0,99}$/.test(name)) {
    throw new UsageError(
      `${field} ${shown(name)} names no option: write it as on the command line, without --`,
    );
  }
  const why = Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
  if (why !== undefined) throw new UsageError(`${field} ${name} is set by the sweep itself: ${why}`);
}

function optionValue(value: unknown, field: string): void {
  if (typeof value === "string" && value !== "" && value.length <= 4096) return;
  if (typeof value === "boolean" || typeof value === "number" && Number.isFinite(value)) return;
  throw new UsageError(`${field} must be a text, a number, true or false, got ${shown(value)}`);
}

/** Returns a value as an error shows it. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  const json = JSON.stringify(value) ?? typeof value;
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}
