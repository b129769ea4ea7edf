/**
 * What would decide a claim: how many seeds.
 *
 * @module
 */
import { fewestPairs, pairsForPower } from "../../stats/mod.ts";
import type { Needs } from "../report/mod.ts";
import { short } from "./quantity.ts";

/** The level of tests. */
export const LEVEL = 0.05;

/** The chance of deciding that a number of seeds is asked for. */
export const POWER = 0.8;

/** What is repeated: the singular and the plural. */
export type Repeated = readonly [one: string, many: string];

/** The seeds of runs. */
export const SEEDS: Repeated = ["seed", "seeds"];

/** Returns `1 seed` or `5 seeds`. */
export function countText(n: number, [one, many]: Repeated): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
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
  const seeds = fewestPairs({ level: LEVEL, comparisons });
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
  const seeds = seedsFor(sought, { comparisons, power });
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

function seedsFor(
  { effect, deviation }: Sought,
  { comparisons, power }: { comparisons: number; power: number },
): number {
  if (effect === 0) return Infinity;
  if (deviation === 0) return fewestPairs({ level: LEVEL, comparisons });
  return pairsForPower({ effect, deviation, level: LEVEL, comparisons, power });
}
