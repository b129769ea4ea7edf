/**
 * Search spaces of hyper-parameters, and settings drawn from them.
 *
 * @module
 */
import { haltonPoints } from "./halton.ts";

/** How positions in an interval are spaced. */
export type IntervalScale = "linear" | "log" | "one-minus-log";

/** An interval of a hyper-parameter. */
export interface SearchInterval {
  readonly low: number;
  /** At least `low`. */
  readonly high: number;
  /**
   * `"linear"`: evenly spaced. `"log"`: by powers, for positive numbers such as learning rates. `"one-minus-log"`: `1 - x`
   * by powers, for numbers just below 1 such as the decay of an average.
   */
  readonly scale: IntervalScale;
}

/** Values to choose from. */
export interface SearchChoices {
  readonly choices: readonly (number | string | boolean)[];
}

/** The hyper-parameters to search, by name. Their order decides which coordinate of a point each of them takes. */
export type SearchSpace = Readonly<Record<string, SearchInterval | SearchChoices>>;

/** A value for each hyper-parameter. */
export type Setting = Readonly<Record<string, number | string | boolean>>;

/**
 * Draws settings by Halton's sequence with permuted digits. The first ones stay the same when more are drawn, and
 * spaces of one seed take the same points: each finds its good settings as early as the others.
 *
 * @param options.count how many: an integer of at least 0
 * @param options.seed an integer from 0 to 2^53 - 1
 *
 * @see Bousquet, Gelly, Kurach, Teytaud, Vincent: Critical Hyper-Parameters: No Random, No Cry (2017); Dahl et al.:
 * Benchmarking Neural Network Training Algorithms (2023), whose external tuning draws its trials so.
 *
 * @example
 * ```ts
 * import { drawSettings } from "./space.ts";
 * import { assertEquals } from "@std/assert";
 * const space = { learningRate: { low: 1e-3, high: 1e-1, scale: "log" } } as const;
 * const rates = drawSettings(space, { count: 8, seed: 0 }).map((s) => Number(s.learningRate));
 * assertEquals(rates.filter((rate) => rate < 1e-2).length, 4);
 * ```
 */
export function drawSettings(
  space: SearchSpace,
  { count, seed }: { count: number; seed: number },
): Setting[] {
  const names = Object.entries(space);
  return haltonPoints(count, { dimensions: names.length, seed }).map((point) =>
    Object.fromEntries(names.map(([name, of], d) => [name, valueAt(of, point[d]!)]))
  );
}

/**
 * Returns settings that a given one is the first of: it stands for the nearest of `count` that are drawn, so that the others
 * cover the rest of the space.
 *
 * @example
 * ```ts
 * import { drawSettings, settingsWith } from "./space.ts";
 * import { assertEquals } from "@std/assert";
 * const space = { learningRate: { low: 1e-3, high: 1e-1, scale: "log" } } as const;
 * const settings = settingsWith({ learningRate: 1e-2 }, { space, count: 4, seed: 0 });
 * assertEquals(settings.length, 4);
 * assertEquals(settings[0], { learningRate: 1e-2 });
 * // One in each quarter but that of the given one.
 * assertEquals(settings.filter((s) => Number(s.learningRate) > 10 ** -1.5).length, 1);
 * ```
 */
export function settingsWith(
  first: Setting,
  { space, count, seed }: { space: SearchSpace; count: number; seed: number },
): Setting[] {
  const drawn = drawSettings(space, { count, seed });
  const distances = drawn.map((setting) => distance(setting, first, { space }));
  // Numbers without a position are no nearer to one than to another.
  const nearest = Math.max(0, distances.indexOf(Math.min(...distances)));
  return [first, ...drawn.filter((_, i) => i !== nearest)];
}

/** Returns the square of the distance of two settings, in positions; choices that differ are as far apart as two ends. */
function distance(a: Setting, b: Setting, { space }: { space: SearchSpace }): number {
  return Object.entries(space).reduce((sum, [name, of]) => {
    const [x, y] = [a[name], b[name]];
    if (x === y) return sum;
    return sum + ("choices" in of ? 1 : (positionOf(of, Number(x)) - positionOf(of, Number(y))) ** 2);
  }, 0);
}

/**
 * Returns the value at a position from 0 to 1: in an interval rounded to six significant digits of the value (of its
 * distance from 1, if that is what the scale spaces), so that it can be typed.
 */
export function valueAt(of: SearchInterval | SearchChoices, position: number): number | string | boolean {
  if ("choices" in of) {
    return of.choices[Math.min(of.choices.length - 1, Math.floor(position * of.choices.length))]!;
  }
  const { low, high, scale } = of;
  if (scale === "linear") return clamp(rounded(low + (high - low) * position), of);
  if (scale === "log") return clamp(rounded(low * (high / low) ** position), of);
  // Both ends are below 1: the distance from 1 falls as the value grows.
  const distance = rounded((1 - low) * ((1 - high) / (1 - low)) ** position);
  return clamp(Number((1 - distance).toPrecision(12)), of);
}

/** Returns the position of a value in an interval, the inverse of {@linkcode valueAt}: 0 at `low`, 1 at `high`. */
export function positionOf({ low, high, scale }: SearchInterval, value: number): number {
  if (low === high) return 0.5;
  if (scale === "linear") return (value - low) / (high - low);
  if (scale === "log") return Math.log(value / low) / Math.log(high / low);
  return Math.log((1 - value) / (1 - low)) / Math.log((1 - high) / (1 - low));
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function clamp(value: number, { low, high }: SearchInterval): number {
  return Math.min(high, Math.max(low, value));
}

/** The share of an interval, from either end, that counts as its edge. */
export const EDGE = 0.1;

/** A hyper-parameter of a setting near an end of its interval. */
export interface AtEdge {
  readonly name: string;
  readonly value: number;
  readonly edge: "low" | "high";
  readonly interval: SearchInterval;
}

/** Returns the hyper-parameters that lie in the outermost tenth of their interval, on its scale: a better value may lie beyond. */
export function edgesOf(setting: Setting, space: SearchSpace): AtEdge[] {
  return Object.entries(space).flatMap(([name, interval]) => {
    const value = setting[name];
    if ("choices" in interval || typeof value !== "number" || interval.low === interval.high) return [];
    const position = positionOf(interval, value);
    if (position > EDGE && position < 1 - EDGE) return [];
    return [{ name, value, edge: position <= EDGE ? "low" as const : "high" as const, interval }];
  });
}
