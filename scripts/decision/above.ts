/**
 * Decides claims that one series of measurements is above or below others, pair by pair.
 *
 * @module
 */
import type { Needs, Verdict } from "../report/mod.ts";
import { deviation, type Estimate, fewestPairs, holm, leastBy } from "../../stats/mod.ts";
import { type Decision, effectOf, figuresOf, testOf } from "./decision.ts";
import {
  countText,
  LEVEL,
  levelText,
  noVariance,
  powerNeeds,
  type Repeated,
  SEEDS,
  type Sought,
  tooFew,
} from "./needs.ts";
import {
  type Center,
  type Differences,
  differencesOf,
  type Pairs,
  testAgainst,
  type Tested,
} from "./pairs.ts";
import type { Quantity } from "./quantity.ts";
import { scatterOf } from "./scatter.ts";

/** A claim about pairs of measurements `a` and `b`. */
export interface Above {
  readonly quantity: Quantity;
  /** Whether `a` is claimed to be above each `b` (1), or below (-1). */
  readonly toward: 1 | -1;
  /**
   * The difference that the claim names, on the scale and in its direction: 0 by default. "By more than 2 points" is 2,
   * "at most 1.25 times as large" is -log 1.25 with `toward` -1.
   */
  readonly margin?: number;
  /** The name of `a` where it diverged; `a` by default. */
  readonly own?: string;
  readonly center?: Center | undefined;
  /** What the pairs are: seeds by default. */
  readonly repeated?: Repeated;
}

/** A comparison with its tests, in the direction of the claim. */
interface Compared {
  readonly differences: Differences;
  /** The differences in the direction of the claim: above 0 speaks for it. */
  readonly towards: Differences;
  /** Against the margin of the claim. */
  readonly claimed: Tested;
  /** Against the smallest difference that matters, or the margin where that is named. */
  readonly mattering: Tested;
}

/**
 * Decides a claim that `a` is above (or below) each of several `b`:
 *
 * - `holds`: each difference is significant in the claimed direction.
 * - `contradicted`: one of them is significant in the other direction, or is significantly smaller than the smallest that
 *   matters, its interval wholly below that. A difference that is real but too small to matter contradicts the claim.
 * - `undecided` otherwise; it says how many seeds would decide.
 *
 * The tests are two-sided sign-flip tests at 5 %, with Holm's correction over the comparisons of this claim: claims
 * are not corrected for each other. A measurement that diverged counts as the worst, by signed ranks.
 */
export function decideAbove(pairs: readonly Pairs[], above: Above): Decision {
  const { quantity, toward, margin = 0, own = "it", repeated = SEEDS } = above;
  const matters = margin === 0 ? quantity.smallest : margin;
  const compared = pairs.map((pair) => compare(pair, { ...above, margin, matters }));
  const claimed = holm(compared.map((c) => c.claimed.p));
  const mattering = holm(compared.map((c) => c.mattering.p));
  const significant = (p: number) => p <= LEVEL;
  const against = compared.flatMap(({ claimed: c, mattering: m, towards: { estimate } }, i) => {
    const opposite = c.side < 0 && significant(claimed[i]!);
    const small = m.side < 0 && significant(mattering[i]!) && (estimate === null || estimate.high < matters);
    return opposite ? [{ i, p: claimed[i]! }] : small ? [{ i, p: mattering[i]! }] : [];
  });
  const passed = compared.map(({ claimed: { side } }, i) => side > 0 && significant(claimed[i]!));
  const verdict: Verdict = against.length > 0
    ? "contradicted"
    : passed.every(Boolean)
    ? "holds"
    : "undecided";
  const [first] = [...against].sort((a, b) => a.p - b.p);
  const weakest = first ?? weakestOf(claimed, compared);
  const shown = compared[weakest.i]!;
  const effect = effectOf(shown.differences, {
    quantity: { ...quantity, smallest: margin === 0 ? quantity.smallest : Math.abs(margin) },
    named: compared.length > 1,
  });
  const open = compared.filter((_, i) => !passed[i]);
  const count = pairs[0]!.a.length;
  const sized = { ...above, margin, matters, comparisons: pairs.length };
  return {
    verdict,
    ...(effect === undefined ? {} : { effect }),
    test: testOf({ name: nameOf(shown.differences, above), p: weakest.p, comparisons: pairs.length }),
    ...(verdict === "undecided" ? { needs: needsOf(open, { ...sized, count }) } : {}),
    sizes: () => ({
      fewest: fewestPairs({ level: LEVEL, comparisons: pairs.length }),
      power: powerOf(compared, sized, scatterOf),
    }),
    figures: compared.map(({ differences, claimed: { p } }) =>
      figuresOf(differences, { p, quantity, repeated, own })
    ),
    condition: conditionText({ quantity, toward, margin, comparisons: pairs.length, count, repeated }) +
      (first === undefined || compared[first.i]!.claimed.side < 0
        ? ""
        : ` The difference is smaller than that.`),
  };
}

/** Returns the comparison that speaks least for the claim. */
function weakestOf(claimed: readonly number[], compared: readonly Compared[]): { i: number; p: number } {
  const size = ({ towards: { estimate } }: Compared) => estimate?.value ?? -Infinity;
  const [i] = claimed.map((_, i) => i).sort((i, j) =>
    claimed[j]! - claimed[i]! || size(compared[i]!) - size(compared[j]!)
  );
  return { i: i!, p: claimed[i!]! };
}

function compare(
  pairs: Pairs,
  { quantity, toward, center, margin, matters }: Above & { margin: number; matters: number },
): Compared {
  const differences = differencesOf(pairs, { quantity, center });
  const { values, estimate } = differences;
  const towards: Differences = {
    ...differences,
    values: values.map((v) => toward * v),
    estimate: estimate === null || toward === 1
      ? estimate
      : { value: -estimate.value, low: -estimate.high, high: -estimate.low },
  };
  return {
    differences,
    towards,
    claimed: testAgainst(margin, towards, { center }),
    mattering: testAgainst(matters, towards, { center }),
  };
}

/** Returns the name of the test that was made. */
function nameOf({ estimate }: Differences, { center }: Above): string {
  return estimate === null || center === "median"
    ? "sign flips of the signed ranks of the paired differences"
    : "sign flips of the paired differences";
}

function conditionText(
  { quantity: { scale, smallestText }, toward, margin, comparisons, count, repeated }: {
    quantity: Quantity;
    toward: 1 | -1;
    margin: number;
    comparisons: number;
    count: number;
    repeated: Repeated;
  },
): string {
  const bound = Number(scale.shown(toward * margin).toPrecision(3));
  const each = comparisons > 1 ? " against each" : "";
  return `Test: ${toward > 0 ? "above" : "below"} ${bound}${each} at ${
    levelText(comparisons)
  } (sign flips of the differences of ${countText(count, repeated)})${
    margin === 0 ? `; less than ${smallestText} does not matter` : ""
  }.`;
}

/** What the numbers of seeds depend on. */
interface Sized extends Above {
  readonly margin: number;
  readonly matters: number;
  readonly comparisons: number;
}

/** Returns how many seeds show the smallest effect that matters, or the margin, in all comparisons; `null` if runs diverged. */
function powerOf(
  compared: readonly Compared[],
  { quantity: { scale, smallest, smallestText }, toward, margin, comparisons, repeated = SEEDS }: Sized,
  scatter: (differences: readonly number[]) => number = deviation,
): Needs | null {
  const effect = margin === 0 ? smallest : Math.abs(margin);
  const from = Number(scale.shown(toward * margin).toPrecision(3));
  const hardest = hardestOf(compared, ({ values }) => ({
    effect,
    deviation: scatter(values.map((v) => v - margin)),
  }));
  return hardest && powerNeeds(hardest, {
    comparisons,
    shown: scale.shown(effect),
    unit: scale.unit,
    lead: margin === 0
      ? `would show a difference of ${smallestText}`
      : `would show a difference of ${scale.text(effect)} from ${from}`,
    repeated,
  });
}

/** Returns what needs most seeds to be shown of all comparisons; `null` if a run of one diverged, or there is none. */
function hardestOf(
  compared: readonly Compared[],
  sought: (differences: { readonly values: readonly number[]; readonly estimate: Estimate }) => Sought,
): Sought | null {
  const all = compared.flatMap(({ towards: { estimate, values } }) =>
    estimate === null ? [] : [sought({ values, estimate })]
  );
  if (all.length < compared.length || all.length === 0) return null;
  return leastBy(all, ({ effect, deviation }) => effect / deviation);
}

/**
 * Returns what would decide: the fewest seeds that can, or those that would show the smallest effect in the comparisons
 * that are open. If there are as many already, the effect lies between the bounds: whichever is farther is decided
 * first.
 */
function needsOf(open: readonly Compared[], { count, ...sized }: Sized & { count: number }): Needs {
  const { quantity: { scale }, margin, matters, comparisons, repeated = SEEDS } = sized;
  const few = tooFew(count, { comparisons, repeated });
  if (few !== undefined) return few;
  const least = powerOf(open, sized);
  const seen = hardestOf(open, ({ values, estimate: { value } }) => ({
    effect: Math.max(Math.abs(value - margin), Math.abs(matters - value)),
    deviation: deviation(values),
  }));
  if (least === null || seen === null) return noVariance(repeated);
  const bySeen = powerNeeds(seen, {
    comparisons,
    shown: scale.shown(seen.effect),
    unit: scale.unit,
    lead: "would decide, if the difference is as seen,",
    repeated,
  });
  if (margin !== 0 || (least.seeds ?? 0) <= count) return bySeen;
  if (bySeen.seeds === null || bySeen.seeds >= (least.seeds ?? Infinity)) return least;
  return {
    ...least,
    text: `${least.text} If the difference is as seen, about ${
      countText(bySeen.seeds, repeated)
    } would decide.`,
  };
}
