/**
 * Tests of whether an optimizer is better than another, or not worse, on problems.
 *
 * @module
 */
import { countText, LEVEL, POWER, SEEDS, type Tested, testStrata } from "../../../decision/mod.ts";
import type { Needs } from "../../../report/mod.ts";
import { deviation, fewestPairs, mean, pairsForPower } from "../../../statistics/mod.ts";
import type { BenchmarkData } from "../data.ts";
import type { Field } from "./rivals.ts";

/** A problem on which one optimizer is looked at as the better one of two. */
export interface Rivals {
  readonly field: Field;
  readonly winner: string;
  readonly loser: string;
}

/** Returns the differences of rivals beyond what matters, one series for each problem. */
function strataOf(rivals: readonly Rivals[]) {
  return rivals.map(({ field, winner, loser }) => ({
    differences: field.better(winner, loser),
    bound: field.quantity.smallest,
  }));
}

/** Tests whether on one of the problems the winner is better than the loser by more than matters; p is 1 for no rivals. */
export function testBetter(rivals: readonly Rivals[]): Tested {
  return rivals.length === 0 ? { p: 1, side: 0 } : testStrata(strataOf(rivals));
}

/** Returns whether a test is passed: the differences are significantly above their bounds. */
export function passes({ p, side }: Tested): boolean {
  return side > 0 && p <= LEVEL;
}

/** Returns whether an optimizer is shown to be worse than another by less than matters on a problem. */
export function isNotWorse({ better, quantity: { smallest } }: Field, a: string, b: string): boolean {
  return passes(testStrata([{ differences: better(a, b), bound: -smallest }]));
}

/** A difference without scatter is this many deviations large. */
const CERTAIN = 100;

/** Returns the seeds that show what a test of rivals did not, if the differences are as seen; `null` if none do. */
function seedsFor(rivals: readonly Rivals[]): number | null {
  const sizes = strataOf(rivals).map(({ differences: { values }, bound }) => {
    if (!values.every(Number.isFinite)) return NaN;
    const [middle, scatter] = [mean(values) - bound, deviation(values)];
    return scatter === 0 ? CERTAIN * Math.sign(middle) : Math.min(CERTAIN, middle / scatter);
  });
  if (sizes.length === 0) return null;
  const effect = mean(sizes);
  if (!(effect > 0)) return null;
  const runs = pairsForPower({ effect, deviation: 1, level: LEVEL, power: POWER });
  return Number.isFinite(runs) ? Math.ceil(runs / sizes.length) : null;
}

/** Returns that a number of seeds would decide. */
export function seedsNeeds(seeds: number): Needs {
  return {
    text: `About ${countText(seeds, SEEDS)} would decide with ${
      100 * POWER
    } % power, if differences and scatter are as seen.`,
    seeds,
  };
}

/** Returns what would decide a claim of which some tests are open, each of its own rivals. */
export function placeNeeds(open: readonly (readonly Rivals[])[], { problems, config }: BenchmarkData): Needs {
  const seeds = config.seeds.length;
  if (problems.every((p) => Object.keys(p.compared.trials).length === 0)) {
    return { text: "There are no trials that choose what to compare: give --budget 2 or more.", seeds: null };
  }
  const fewest = fewestPairs({ level: LEVEL });
  if (seeds < fewest) {
    return {
      text: `${countText(seeds, SEEDS)} cannot show this on one problem at ${100 * LEVEL} %; ${fewest} can.`,
      seeds: fewest,
    };
  }
  const wanted = open.map(seedsFor);
  if (wanted.length === 0 || wanted.includes(null)) {
    return {
      text:
        "No number of seeds decides this, if the differences are as seen: more trials or more problems may.",
      seeds: null,
    };
  }
  const most = Math.max(seeds + 1, ...wanted.map((w) => w!));
  return seedsNeeds(most);
}
