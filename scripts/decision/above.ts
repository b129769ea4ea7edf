/**
 * Decides claims that one series of measurements is above or below others, pair by pair.
 *
 * @module
 */
import { fewestPairs, holm } from "../../stats/mod.ts";
import type { Verdict } from "../report/mod.ts";
import { type Compared, needsOf, powerOf } from "./above_needs.ts";
import { type Decision, effectOf, figuresOf, testOf } from "./decision.ts";
import { countText, LEVEL, levelText, type Repeated, SEEDS } from "./needs.ts";
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
  /**
   * Of how many candidates `a` is the best by the very measurements that are tested: 1 by default. The best of several
   * looks better than it is, so each p-value times this number must be below the level as well (Bonferroni). If `b` was
   * chosen as well, the larger number of both.
   */
  readonly candidates?: number;
  /** The name of `a` where it diverged; `it` by default. */
  readonly own?: string;
  readonly center?: Center | undefined;
  /** What the pairs are: seeds by default. */
  readonly repeated?: Repeated;
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
  const { quantity, toward, margin = 0, candidates = 1, own = "it", repeated = SEEDS } = above;
  const matters = margin === 0 ? quantity.smallest : margin;
  const compared = pairs.map((pair) => compare(pair, { ...above, margin, matters }));
  const corrected = (all: readonly Tested[]) =>
    holm(all.map(({ p }) => p)).map((p, i) => Math.max(p, Math.min(1, candidates * all[i]!.p)));
  const claimed = corrected(compared.map((c) => c.claimed));
  const mattering = corrected(compared.map((c) => c.mattering));
  const significant = (p: number) => p <= LEVEL;
  const against = compared.flatMap(({ claimed: c, mattering: m, towards: { estimate } }, i) => {
    const opposite = c.side < 0 && significant(claimed[i]!);
    const small = m.side < 0 && significant(mattering[i]!) && (estimate === null || estimate.high < matters);
    return opposite
      ? [{ i, p: claimed[i]!, small: false }]
      : small
      ? [{ i, p: mattering[i]!, small: true }]
      : [];
  });
  const passed = compared.map(({ claimed: { side } }, i) => side > 0 && significant(claimed[i]!));
  const verdict: Verdict = against.length > 0
    ? "contradicted"
    : passed.every(Boolean)
    ? "holds"
    : "undecided";
  const [first] = [...against].sort((a, b) => a.p - b.p || sizeOf(compared[a.i]!) - sizeOf(compared[b.i]!));
  const weakest = first ?? { ...weakestOf(claimed, compared), small: false };
  const shown = compared[weakest.i]!;
  const effect = effectOf(shown.differences, {
    quantity: { ...quantity, smallest: margin === 0 ? quantity.smallest : Math.abs(margin) },
    named: compared.length > 1,
  });
  const open = compared.filter((_, i) => !passed[i]);
  const count = pairs[0]!.a.length;
  const comparisons = Math.max(candidates, pairs.length);
  const sized = { ...above, margin, matters, comparisons };
  return {
    verdict,
    ...(effect === undefined ? {} : { effect }),
    test: testOf({
      name: nameOf(shown.differences, above) + (weakest.small && margin === 0 ? AGAINST_SMALLEST : ""),
      p: weakest.p,
      comparisons: pairs.length,
      candidates,
    }),
    ...(verdict === "undecided" ? { needs: needsOf(open, { ...sized, count, pairs: pairs.length }) } : {}),
    sizes: () => ({
      fewest: fewestPairs({ level: LEVEL, comparisons }),
      // A comparison with a run that diverged has no scatter: the others choose the number.
      power: powerOf(compared.filter((c) => c.towards.estimate !== null), sized, scatterOf),
    }),
    figures: compared.map(({ differences }, i) =>
      figuresOf(differences, { p: claimed[i]!, quantity, repeated, own })
    ),
    condition: conditionText({ quantity, toward, margin, pairs: pairs.length, candidates, count, repeated }) +
      (first?.small === true && margin === 0 ? smallText(shown.differences, first.p, pairs.length) : ""),
  };
}

/** What the name of a test against the smallest difference that matters ends with. */
const AGAINST_SMALLEST = ", against the smallest that matters";

/** Returns that a difference is too small to matter. */
function smallText({ name }: Differences, p: number, comparisons: number): string {
  return ` The difference${comparisons > 1 ? ` from ${name}` : ""} is smaller than that (p = ${
    p.toPrecision(2)
  }).`;
}

/** Returns the difference in the direction of the claim; the least if a run diverged. */
function sizeOf({ towards: { estimate } }: Compared): number {
  return estimate?.value ?? -Number.MAX_VALUE;
}

/** Returns the comparison that speaks least for the claim. */
function weakestOf(claimed: readonly number[], compared: readonly Compared[]): { i: number; p: number } {
  const [i] = claimed.map((_, i) => i).sort((i, j) =>
    claimed[j]! - claimed[i]! || sizeOf(compared[i]!) - sizeOf(compared[j]!)
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
  { quantity: { scale, smallestText }, toward, margin, pairs, candidates, count, repeated }: {
    quantity: Quantity;
    toward: 1 | -1;
    margin: number;
    pairs: number;
    candidates: number;
    count: number;
    repeated: Repeated;
  },
): string {
  const bound = Number(scale.shown(toward * margin).toPrecision(3));
  const each = pairs > 1 ? " against each" : "";
  return `Test: ${toward > 0 ? "above" : "below"} ${bound}${each} at ${
    levelText(pairs, candidates)
  } (sign flips of the differences of ${countText(count, repeated)})${
    margin === 0 ? `; less than ${smallestText} does not matter` : ""
  }.`;
}
