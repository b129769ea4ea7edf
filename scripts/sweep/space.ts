/**
 * Generates the settings of a space, and the trials of settings. Pure functions.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { uniform } from "../../mod.ts";
import { haltonPoints, valueAt } from "../lab/search/mod.ts";
import { UsageError } from "../console/mod.ts";
import { MOST_TRIALS } from "./limits.ts";
import { withHyperparameters } from "./hyperparameters.ts";
import type { Interval, Space, Sweep, Value } from "./sweep_file.ts";

/** A value for each option of a space. */
export type Setting = Readonly<Record<string, Value>>;

/** One run of the experiment. */
export interface Trial {
  /** A hash of its command line, so that it is stable when the sweep is extended. */
  readonly id: string;
  /** Its command line, from the experiment's name on. */
  readonly args: readonly string[];
  /** Its values of the space, and of the budget if there is one. */
  readonly setting: Setting;
  readonly seed?: number;
}

/** Returns all combinations; the last option changes fastest. @throws {UsageError} if there are too many. */
export function gridSettings(space: Space): Setting[] {
  const size = Object.values(space).reduce((n, values) => n * (values as readonly Value[]).length, 1);
  if (size > MOST_TRIALS) {
    throw new UsageError(`space has ${size} combinations, at most ${MOST_TRIALS} are allowed`);
  }
  return Object.entries(space).reduce<Setting[]>(
    (all, [name, values]) =>
      all.flatMap((s) => (values as readonly Value[]).map((v) => ({ ...s, [name]: v }))),
    [{}],
  );
}

/** Draws settings by Halton's sequence with permuted digits, which fills the space more evenly than random numbers. */
export function quasiRandomSettings(
  space: Space,
  { count, seed }: { count: number; seed: number },
): Setting[] {
  const options = Object.entries(space);
  if (options.length === 0) return Array.from({ length: count }, () => ({}));
  return haltonPoints(count, { dimensions: options.length, seed }).map((point) =>
    Object.fromEntries(options.map(([name, values], d) => [name, drawn(values, point[d]!)]))
  );
}

/** Draws settings. The first ones stay the same when more are drawn. */
export function randomSettings(
  space: Space,
  { count, seed, stream = "" }: { count: number; seed: number; stream?: string },
): Setting[] {
  const columns = Object.entries(space).map(([name, values]) => {
    const draws = uniform({ seed, stream: `sweep/${stream}/${name}` }, count);
    return [name, Array.from(draws, (u) => drawn(values, u))] as const;
  });
  return Array.from(
    { length: count },
    (_, i) => Object.fromEntries(columns.map(([name, c]) => [name, c[i]!])),
  );
}

function drawn(values: readonly Value[] | Interval, u: number): Value {
  if (!("min" in values)) return values[Math.floor(u * values.length)]!;
  const { min, max, scale, integer } = values;
  // Six digits suffice for a search, and can be typed.
  if (!integer) return valueAt({ low: min, high: max, scale }, u);
  // Every integer gets an interval of the same width, the last one too.
  const high = max + 1;
  return Math.min(max, Math.floor(scale === "log" ? min * (high / min) ** u : min + (high - min) * u));
}

/** Returns the trials of a setting, one for each seed. */
export function trialsOf(sweep: Sweep, setting: Setting): Trial[] {
  const seeds = sweep.seeds.length === 0 ? [undefined] : sweep.seeds;
  return seeds.map((seed) => {
    const values = withHyperparameters({ ...sweep.options, ...setting });
    const args = [
      sweep.experiment,
      ...Object.keys(values).sort().flatMap((name) => argument(name, values[name]!)),
      ...(seed === undefined ? [] : [`--seed=${seed}`]),
    ];
    const id = createHash("sha256").update(JSON.stringify(args)).digest("hex").slice(0, 16);
    return { id, args, setting, ...(seed === undefined ? {} : { seed }) };
  });
}

function argument(name: string, value: Value): string[] {
  if (value === false) return [];
  return [value === true ? `--${name}` : `--${name}=${value}`];
}
