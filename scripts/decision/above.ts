/**
 * Decides claims that one series of measurements is above or below others, pair by pair.
 *
 * @module
 */
import type { Needs, Verdict } from "../report/mod.ts";
import { deviation } from "../../stats/mod.ts";
import { type Decision, effectOf, figuresOf, testOf } from "./decision.ts";
import { holm } from "./holm.ts";
import { countText, LEVEL, levelText, powerNeeds, type Repeated, SEEDS, tooFew } from "./needs.ts";
import {
  type Center,
  type Differences,
  differencesOf,
  type Pairs,
  testAgainst,
  type Tested,
} from "./pairs.ts";
import type { Quantity } from "./quantity.ts";

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
  const significant = (p: number) => p < LEVEL;
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
  return {
    verdict,
    ...(effect === undefined ? {} : { effect }),
    test: testOf({ name: nameOf(shown.differences, above), p: weakest.p, comparisons: pairs.length }),
    ...(verdict === "undecided"
      ? { needs: needsOf(open, { ...above, margin, matters, count, comparisons: pairs.length }) }
      : {}),
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

/** Returns what would decide: the fewest seeds that can, or those with which the comparisons that are open would be decided. */
function needsOf(
  open: readonly Compared[],
  { quantity, margin, matters, count, comparisons, repeated = SEEDS }: Above & {
    margin: number;
    matters: number;
    count: number;
    comparisons: number;
  },
): Needs {
  const few = tooFew(count, { comparisons, repeated });
  if (few !== undefined) return few;
  const { scale, smallest, smallestText } = quantity;
  const answers = open.flatMap(({ towards: { values, estimate } }) => {
    if (estimate === null) return [];
    const scatter = { deviation: deviation(values) };
    const context = { comparisons, unit: scale.unit, repeated };
    const least = powerNeeds({ ...scatter, effect: smallest }, {
      ...context,
      shown: scale.shown(smallest),
      lead: `would show a difference of ${smallestText}`,
    });
    if (margin === 0 && (least.seeds ?? 0) > count) return [least];
    // The effect lies between the bounds: whichever is farther is decided first.
    const effect = Math.max(Math.abs(estimate.value - margin), Math.abs(matters - estimate.value));
    const seen = powerNeeds({ ...scatter, effect }, {
      ...context,
      shown: scale.shown(effect),
      lead: "would decide, if the difference is as seen,",
    });
    return [seen];
  });
  const [most] = answers.sort((a, b) => (b.seeds ?? 0) - (a.seeds ?? 0));
  if (most !== undefined && answers.length === open.length) return most;
  return {
    text: `With runs that diverged there is no variance, so no number of ${repeated[1]} can be named: ` +
      "find what makes them diverge.",
    seeds: null,
  };
}
