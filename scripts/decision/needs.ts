/**
 * What would decide a claim: how many seeds.
 *
 * @module
 */
import type { Needs } from "../report/mod.ts";
import { short } from "./quantity.ts";

/** The level of tests. */
export const LEVEL = 0.05;

/** The chance of deciding that a number of seeds is asked for. */
export const POWER = 0.8;

/** Returns the fewest pairs with which a two-sided sign-flip test can have a p-value below a level. */
export function fewestPairs(level: number): number {
  return Math.floor(1 - Math.log2(level)) + 1;
}

/**
 * Returns how many pairs show a difference of the given size with a power, if the differences are normal with the given
 * standard deviation; at least {@linkcode fewestPairs}.
 */
export function pairsForPower(
  { effect, deviation, level, power = POWER }: {
    effect: number;
    deviation: number;
    level: number;
    power?: number;
  },
): number {
  const z = normalQuantile(1 - level / 2);
  const exact = ((z + normalQuantile(power)) * deviation / effect) ** 2;
  // The deviation is not known but estimated: Guenther's correction.
  return Math.max(fewestPairs(level), Math.ceil(exact + z * z / 2));
}

/** Returns the quantile of the standard normal distribution, by bisection of its integral. */
function normalQuantile(p: number): number {
  let [low, high] = [-9, 9];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalIntegral(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Returns the integral of the standard normal density up to `z`, from its series. */
function normalIntegral(z: number): number {
  if (z < 0) return 1 - normalIntegral(-z);
  if (z > 8) return 1;
  let [sum, term] = [z, z];
  for (let k = 3; term > 1e-17 * sum; k += 2) {
    term *= z * z / k;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
}

/** What is repeated: the singular and the plural. */
export type Repeated = readonly [one: string, many: string];

/** The seeds of runs. */
export const SEEDS: Repeated = ["seed", "seeds"];

/** Returns `1 seed` or `5 seeds`. */
export function countText(n: number, [one, many]: Repeated): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** Returns `5 %`, with what corrects it. */
export function levelText(comparisons: number): string {
  const after = comparisons > 1 ? ` after Holm's correction for ${comparisons} comparisons` : "";
  return `${100 * LEVEL} %${after}`;
}

/**
 * Returns that a design cannot decide, and the fewest seeds that can; `undefined` if it can: with `n` pairs no p-value
 * is below `2^(1-n)`.
 */
export function tooFew(
  n: number,
  { comparisons, repeated = SEEDS }: { comparisons: number; repeated?: Repeated },
): Needs | undefined {
  const seeds = fewestPairs(LEVEL / comparisons);
  if (n >= seeds) return undefined;
  return {
    text: `${countText(n, repeated)} cannot show this at ${levelText(comparisons)}; ${seeds} can.`,
    seeds,
  };
}

/** Returns that no number can be named, as there is no variance. */
export function noVariance([, many]: Repeated): Needs {
  return {
    text: `With runs that diverged there is no variance, so no number of ${many} can be named: ` +
      "find what makes them diverge.",
    seeds: null,
  };
}

/** An effect that a number of seeds is to show. */
export interface Sought {
  /** The size, and the deviation of the pairs' differences, on the scale of the quantity. */
  readonly effect: number;
  readonly deviation: number;
}

/** Returns how many seeds show an effect with 80 % power. */
export function powerNeeds(
  sought: Sought,
  { comparisons, power = POWER, shown, unit, lead, repeated = SEEDS }: {
    comparisons: number;
    /** The power of the test that the number is for; it may differ from that of the claim. */
    power?: number;
    /** The effect in its unit. */
    shown: number;
    unit: string;
    /** What the seeds would do: `show a difference of 0.5 points`. */
    lead: string;
    repeated?: Repeated;
  },
): Needs {
  const seeds = pairsForPower({ ...sought, level: LEVEL / comparisons, power });
  if (!Number.isFinite(seeds)) {
    return { text: `No number of ${repeated[1]} decides this, if the difference is as seen.`, seeds: null };
  }
  return {
    text: `About ${countText(seeds, repeated)} ${lead} with ${
      100 * POWER
    } % power, if the differences scatter as here (standard deviation ${short(sought.deviation)}${
      unit === "times" ? " of the logarithms" : ` ${unit}`
    }).`,
    seeds,
    power: { share: POWER, effect: shown, unit, deviation: sought.deviation },
  };
}
