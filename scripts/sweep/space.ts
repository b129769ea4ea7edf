/**
 * Settings of a space, and trials of settings. Nothing here reads or writes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { uniform } from "../../mod.ts";
import { UsageError } from "../console/mod.ts";
import { type Interval, MOST_TRIALS, type Space, type Sweep, type Value } from "./sweep_file.ts";

/** A value for each option of a space. */
export type Setting = Readonly<Record<string, Value>>;

/** One run of the experiment. */
export interface Trial {
  /** Made of its command line alone, so that it stays when a sweep is extended. */
  readonly id: string;
  /** Its command line, from the experiment's name on. */
  readonly args: readonly string[];
  /** What it is tried for: values of the space, and of the budget where there is one. */
  readonly setting: Setting;
  readonly seed?: number;
}

/** All combinations; the last option changes fastest. @throws {UsageError} where there are too many. */
export function gridSettings(space: Space): Setting[] {
  const size = Object.values(space).reduce((n, values) => n * (values as readonly Value[]).length, 1);
  if (size > MOST_TRIALS) {
    throw new UsageError(`space has ${size} combinations, at most ${MOST_TRIALS} are run`);
  }
  return Object.entries(space).reduce<Setting[]>(
    (all, [name, values]) =>
      all.flatMap((s) => (values as readonly Value[]).map((v) => ({ ...s, [name]: v }))),
    [{}],
  );
}

/** Draws: the first settings stay the same when more are drawn. */
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
  // Whole numbers: each has the same width, the last one too.
  const [low, high] = integer ? [min, max + 1] : [min, max];
  const v = scale === "log" ? low * (high / low) ** u : low + (high - low) * u;
  // Six digits are enough to search with, and to type.
  return integer ? Math.min(max, Math.floor(v)) : Math.min(max, Math.max(min, Number(v.toPrecision(6))));
}

/** The trials of a setting, one for each seed. */
export function trialsOf(sweep: Sweep, setting: Setting): Trial[] {
  const seeds = sweep.seeds.length === 0 ? [undefined] : sweep.seeds;
  return seeds.map((seed) => {
    const values = { ...sweep.options, ...setting };
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
