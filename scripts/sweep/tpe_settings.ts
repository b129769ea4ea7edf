/**
 * Proposes settings of a sweep's space by the tree-structured Parzen estimator.
 *
 * @module
 */
import { randomBits } from "../../mod.ts";
import type { Setting } from "./space.ts";
import type { Tpe } from "./search.ts";
import type { Interval, Space, Value } from "./sweep_file.ts";
import { type Dimension, type Draw, type Outcome, type Point, propose } from "./tpe/mod.ts";

/** A setting with its outcome so far. */
export type TriedSetting = { readonly setting: Setting } & Outcome;

/** The options of a proposal. */
export interface ProposalOptions extends Pick<Tpe, "candidates" | "gamma"> {
  readonly goal: "max" | "min";
  readonly seed: number;
  /** The number of the proposal. */
  readonly at: number;
}

/**
 * Returns the setting to try next. As in Optuna, options come in the order of their names, and those with a single value
 * are no dimension. Unlike Optuna, the draws are counter-based and numbers are rounded to six digits.
 */
export function proposedSetting(
  space: Space,
  history: readonly TriedSetting[],
  { seed, at, ...options }: ProposalOptions,
): Setting {
  const searched = searchedOptions(space);
  const draw = draws({ seed, at }, options.candidates * (searched.length + 1));
  const { point } = propose(
    history.map(({ setting, ...outcome }) => ({
      ...outcome,
      point: searched.map(({ name, values }) => coordinate(values, setting[name]!)),
    })),
    searched.map((s) => s.dimension),
    { ...options, draw },
  );
  const proposed = new Map(searched.map(({ name, values }, i) => [name, valueAt(values, point[i]!)]));
  return Object.fromEntries(
    Object.entries(space).map((
      [name, values],
    ) => [name, proposed.get(name) ?? (values as readonly Value[])[0]!]),
  );
}

/** An option with several values. */
export interface SearchedOption {
  readonly name: string;
  readonly values: readonly Value[] | Interval;
  readonly dimension: Dimension;
}

/** Returns the options of a space that have several values, in the order of their names. */
export function searchedOptions(space: Space): SearchedOption[] {
  return Object.entries(space).filter(([, values]) => "min" in values || values.length > 1)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => ({ name, values, dimension: dimension(values) }));
}

function dimension(values: readonly Value[] | Interval): Dimension {
  if (!("min" in values)) return { kind: "choice", count: values.length };
  const { scale, integer } = values;
  const ends = [coordinate(values, values.min), coordinate(values, values.max)];
  return {
    kind: "number",
    low: Math.min(...ends),
    high: Math.max(...ends),
    log: scale !== "linear",
    integer,
  };
}

/** Returns the coordinate of a value: the number itself, its distance from 1 if that is spaced, its index in a list. */
export function coordinate(values: readonly Value[] | Interval, value: Value): Point[number] {
  if (!("min" in values)) return values.indexOf(value);
  return values.scale === "one-minus-log" ? 1 - Number(value) : Number(value);
}

function valueAt(values: readonly Value[] | Interval, coordinate: number): Value {
  if (!("min" in values)) return values[coordinate]!;
  const { min, max, scale, integer } = values;
  if (integer) return coordinate;
  const short = Number(coordinate.toPrecision(6));
  // 12 digits hold the six of the distance from 1.
  const value = scale === "one-minus-log" ? Number((1 - short).toPrecision(12)) : short;
  return Math.min(max, Math.max(min, value));
}

/** Returns a source of `n` numbers in [0, 1), multiples of 2^-53. */
function draws({ seed, at }: { seed: number; at: number }, n: number): Draw {
  const words = randomBits({ seed, stream: "sweep/tpe", step: at }, 2 * n);
  let i = 0;
  return () => {
    const [high, low] = [words[i++]!, words[i++]!];
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) * 2 ** -53;
  };
}
