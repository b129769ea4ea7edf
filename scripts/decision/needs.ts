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
export function levelText(comparisons: number, candidates = 1): string {
  const corrections = [
    ...(comparisons > 1 ? [`Holm's correction for ${comparisons} comparisons`] : []),
    ...(candidates > 1 ? [`Bonferroni's correction for ${candidates} candidates`] : []),
  ];
  return `${100 * LEVEL} %${corrections.length === 0 ? "" : ` after ${corrections.join(" and ")}`}`;
}

/**
 * Returns the fewest seeds that can decide, if the design has fewer; else `undefined`. With `n` pairs no p-value is below
 * `2^(1-n)`.
 */
export function tooFew(
  n: number,
  { comparisons, candidates = 1, repeated = SEEDS }: {
    comparisons: number;
    candidates?: number;
    repeated?: Repeated;
  },
): Needs | undefined {
  const seeds = fewestPairs({ level: LEVEL, comparisons: Math.max(comparisons, candidates) });
  if (n >= seeds) return undefined;
  return {
    text: `${countText(n, repeated)} cannot show this at ${
      levelText(comparisons, candidates)
    }; ${seeds} can.`,
    seeds,
  };
}

/** Returns why no number of seeds can be named: there is no variance. */
export function noVariance([, many]: Repeated): Needs {
  return {
    text: `With runs that diverged, or a ratio to 0, there is no variance, so no number of ${many} can be ` +
      "named: find what makes them diverge.",
    seeds: null,
  };
}

/** An effect that a number of seeds is to show. */
export interface Sought {
  /** The size, and the deviation of the pairs' differences, on the scale of the quantity. */
  readonly effect: number;
  readonly deviation: number;
}

/** How seeds are counted. */
interface Counted {
  readonly comparisons: number;
  /** The power of the test that the number is for; it may differ from that of the claim. */
  readonly power?: number;
  /** The effect in its unit. */
  readonly shown: number;
  readonly unit: string;
}

/** A number of seeds, and what it rests on. */
export type PowerNeeds = Pick<Needs, "seeds" | "power">;

/** Returns how many seeds show an effect with 80 % power; `null` if no number does. */
export function powerNeeds(
  sought: Sought,
  { comparisons, power = POWER, shown, unit }: Counted,
): PowerNeeds {
  const seeds = seedsFor(sought, { comparisons, power });
  if (!Number.isFinite(seeds)) return { seeds: null };
  return { seeds, power: { share: POWER, effect: shown, unit, deviation: sought.deviation } };
}

/** The two numbers of seeds, one larger than the other by this factor, are both told. */
const APART = 1.5;

/**
 * Returns how many seeds decide if the difference is as large as it is seen, more than there are: that number is
 * `seeds`. The text names beside it how many the smallest effect takes, if that is another number.
 */
export function seenNeeds(
  seen: Sought,
  { count, smallest, sizeText, repeated, ...counted }: Counted & {
    /** How many seeds there are. */
    readonly count: number;
    /** The seeds that the smallest effect takes. */
    readonly smallest: number | null;
    /** What the smallest effect is called: `a true difference of 0.5 points`. */
    readonly sizeText: string;
    readonly repeated: Repeated;
  },
): Needs {
  const found = powerNeeds(seen, counted);
  const seeds = found.seeds === null ? null : Math.max(found.seeds, count + 1);
  const scatter = `standard deviation ${short(seen.deviation)}${
    counted.unit === "times" ? " of the logarithms" : ` ${counted.unit}`
  }`;
  const first = seeds === null
    ? `No number of ${repeated[1]} decides this, if the difference is as seen.`
    : `About ${countText(seeds, repeated)} would decide with ${
      100 * POWER
    } % power, if difference and scatter ` +
      `are as seen (${scatter}).`;
  const apart = smallest !== null &&
    (seeds === null || Math.max(seeds / smallest, smallest / seeds) > APART);
  return {
    ...found,
    seeds,
    text: apart ? `${first} To show ${sizeText} takes about ${countText(smallest, repeated)}.` : first,
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
