/**
 * Designs: whether an experiment can decide its claims, told before it runs.
 *
 * @module
 */
import { fewestPairs } from "../../stats/mod.ts";
import type { Claim } from "../report/mod.ts";
import { countText, LEVEL, levelText, POWER, powerNeeds, SEEDS } from "./needs.ts";
import type { Asked, Quantity } from "./quantity.ts";

/** A claim that an experiment is going to decide. */
export interface Planned {
  /** The claim in a few words. */
  readonly claim: string;
  /** The number of its comparisons, at least 1. */
  readonly comparisons: number;
  /** Of how many candidates the compared one is chosen by the same measurements: 1 by default. */
  readonly candidates?: number;
  /** Number of pairs of its test for each seed: 1 by default, as many as problems if it takes those of all together. */
  readonly pairs?: number;
  readonly quantity: Quantity;
}

/** Returns the number that the p-values of a claim are corrected for. */
function correctedFor({ comparisons, candidates = 1 }: Planned): number {
  return Math.max(comparisons, candidates);
}

/** Returns the fewest seeds with which the test of a claim can reach its level. */
function fewestSeeds(planned: Planned): number {
  const { pairs = 1 } = planned;
  return Math.ceil(fewestPairs({ level: LEVEL, comparisons: correctedFor(planned) }) / pairs);
}

/** What an experiment is going to compare. */
export interface Design {
  /** The number of seeds. */
  readonly seeds: number;
  readonly claims: readonly Planned[];
  /** Claims that other reasons than the number of seeds leave open, and their remedies: sentences without a period. */
  readonly limits?: readonly string[];
  /** Takes `--seeds auto` and `--deviation`; `true` by default. */
  readonly pilot?: boolean;
}

/** A number of seeds for 80 % power. */
export interface PlannedPower {
  readonly seeds: number | null;
  readonly share: number;
  /** The smallest effect that matters, in the unit. */
  readonly effect: number;
  readonly unit: string;
  /** The standard deviation of the differences over the seeds; of logarithms, if the unit is `times`. */
  readonly deviation: number;
  /** Where the deviation is from. */
  readonly from: "stated" | "pilot";
}

/** A design, as `summary.json` and `--json` show it. */
export interface DesignDocument {
  readonly seeds: number;
  readonly level: number;
  /** The most comparisons of a claim, or candidates if there are more. */
  readonly comparisons: number;
  /** The fewest seeds with which the test of every claim can reach its level. */
  readonly fewest: number;
  /** The seeds for 80 % power at the smallest effect; `null` if no deviation is known. */
  readonly power: PlannedPower | null;
  /** `true` if the seeds are at least the fewest, and nothing else keeps a claim from being decided. */
  readonly decides: boolean;
  readonly text: string;
  /** With `--seeds auto`: the seeds of the pilot, and the most allowed. */
  readonly pilot?: { readonly seeds: number; readonly most: number };
}

/** Checks a design of at least one claim. */
export function checkDesign(
  { seeds, claims, limits = [], pilot = true }: Design,
  { deviation }: Asked,
): DesignDocument {
  const hardest = claims.reduce((a, b) => {
    const [few, many] = [fewestSeeds(a), fewestSeeds(b)];
    return many > few || (many === few && correctedFor(b) > correctedFor(a)) ? b : a;
  });
  const comparisons = correctedFor(hardest);
  const level = levelText(hardest.comparisons, hardest.candidates);
  const fewest = fewestSeeds(hardest);
  const powers = deviation === undefined ? [] : claims.map((c) => powerOf(c, deviation));
  const power = powers.sort((a, b) => (b.seeds ?? Infinity) - (a.seeds ?? Infinity))[0] ?? null;
  const enoughSeeds = seeds >= fewest;
  const enough = enoughSeeds
    ? `${countText(seeds, SEEDS)} can decide at ${level} (${fewest} are the fewest)`
    : `${
      countText(seeds, SEEDS)
    } cannot decide "${hardest.claim}" at ${level}: the fewest that can are ${fewest}`;
  return {
    seeds,
    level: LEVEL,
    comparisons,
    fewest,
    power,
    decides: enoughSeeds && limits.length === 0,
    text: `${[enough, ...limits, pilot || power !== null ? powerText(power) : BY_SCATTER].join("; ")}.`,
  };
}

function powerOf(claim: Planned, deviation: number): PlannedPower {
  const { quantity } = claim;
  const { scale, smallest } = quantity;
  // A percentage of a value is about a hundredth of a difference of logarithms.
  const scaled = scale.unit === "times" ? Math.log1p(deviation / 100) : deviation;
  const { seeds } = powerNeeds({ effect: smallest, deviation: scaled }, {
    comparisons: correctedFor(claim),
    shown: scale.shown(smallest),
    unit: scale.unit,
  });
  return {
    seeds,
    share: POWER,
    effect: scale.shown(smallest),
    unit: scale.unit,
    deviation: scaled,
    from: "stated",
  };
}

/** The words about the power if no deviation is known. */
const BY_SCATTER = `how many show the smallest effect that matters with ${
  100 * POWER
} % power depends on the scatter`;

function powerText(power: PlannedPower | null): string {
  const percent = 100 * POWER;
  if (power === null) {
    return `${BY_SCATTER}: --seeds auto measures it in a pilot, --deviation X states it`;
  }
  const { seeds, effect, unit, deviation } = power;
  const difference = `a difference of ${Number(effect.toPrecision(3))} ${unit}`;
  const scatter = `the standard deviation of ${Number(deviation.toPrecision(3))}`;
  return seeds === null
    ? `no number of seeds shows ${difference} at ${scatter}`
    : `${countText(seeds, SEEDS)} show ${difference} with ${percent} % power, at ${scatter}`;
}

/** The seeds of the pilot of `--seeds auto`. */
export const PILOT = 5;

/**
 * Returns the design that follows from the claims of a pilot: as many seeds as show the smallest effect of every claim
 * with 80 % power, at least the fewest that can decide, and at most `most`. Only the scatter of the differences
 * chooses the number, never their size.
 */
export function designAfter(
  claims: readonly Pick<Claim, "sizes" | "test">[],
  { pilot, most }: { pilot: number; most: number },
): DesignDocument {
  const sizes = claims.flatMap((c) => c.sizes?.() ?? []);
  const fewest = Math.max(1, ...sizes.map((s) => s.fewest));
  const comparisons = Math.max(1, ...claims.map((c) => c.test?.comparisons ?? 1));
  const powers = sizes.flatMap(({ power }) =>
    power?.power === undefined ? [] : [{ seeds: power.seeds, ...power.power, from: "pilot" as const }]
  );
  const power = powers.sort((a, b) => (b.seeds ?? Infinity) - (a.seeds ?? Infinity))[0] ?? null;
  const wanted = Math.max(pilot, fewest, power?.seeds ?? fewest);
  const seeds = Math.min(wanted, most);
  const limited = wanted > most ? `, more than --max-seeds ${most}` : "";
  return {
    seeds,
    level: LEVEL,
    comparisons,
    fewest,
    power,
    decides: seeds >= fewest,
    text: `after a pilot of ${countText(pilot, SEEDS)}: the fewest that can decide at ${
      levelText(comparisons)
    } are ${fewest}; ${pilotText(power)}${limited}: ${countText(seeds, SEEDS)} in all.`,
    pilot: { seeds: pilot, most },
  };
}

function pilotText(power: PlannedPower | null): string {
  return power === null ? "runs of the pilot diverged, so there is no variance to go by" : powerText(power);
}
