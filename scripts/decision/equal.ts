/**
 * Decides claims that two series of measurements do not differ by as much as matters.
 *
 * @module
 */
import type { Needs, Verdict } from "../report/mod.ts";
import { deviation, fewestPairs } from "../../stats/mod.ts";
import { type Decision, effectOf, figuresOf, testOf } from "./decision.ts";
import {
  countText,
  LEVEL,
  levelText,
  noVariance,
  POWER,
  type PowerNeeds,
  powerNeeds,
  type Repeated,
  SEEDS,
  seenNeeds,
  tooFew,
} from "./needs.ts";
import { type Differences, differencesOf, type Pairs, testAgainst } from "./pairs.ts";
import type { Quantity } from "./quantity.ts";
import { scatterOf } from "./scatter.ts";

/**
 * Decides a claim that `a` and `b` differ by less than the smallest difference that matters:
 *
 * - `holds`: the difference is significantly above minus the smallest and significantly below the smallest, and its
 *   interval lies between them.
 * - `contradicted`: the difference is significantly larger than the smallest, its interval wholly outside.
 * - `undecided` otherwise.
 *
 * @see Schuirmann: A comparison of the two one-sided tests procedure and the power approach, 1987.
 */
export function decideEqual(
  pairs: Pairs,
  { quantity, own = "it", repeated = SEEDS }: {
    quantity: Quantity;
    /** The name of `a` where it diverged. */
    own?: string;
    repeated?: Repeated;
  },
): Decision {
  const differences = differencesOf(pairs, { quantity });
  const { estimate, values } = differences;
  const { smallest } = quantity;
  const [lower, upper] = [testAgainst(-smallest, differences), testAgainst(smallest, differences)];
  const within = Math.max(lower.side > 0 ? lower.p : 1, upper.side < 0 ? upper.p : 1);
  const outside = Math.min(lower.side < 0 ? lower.p : 1, upper.side > 0 ? upper.p : 1);
  const inside = estimate !== null && estimate.low > -smallest && estimate.high < smallest;
  const wholly = estimate === null || estimate.low > smallest || estimate.high < -smallest;
  const verdict: Verdict = within <= LEVEL && inside
    ? "holds"
    : outside <= LEVEL && wholly
    ? "contradicted"
    : "undecided";
  const effect = effectOf(differences, { quantity, named: false });
  const p = verdict === "contradicted" ? outside : within;
  const count = values.length;
  return {
    verdict,
    ...(effect === undefined ? {} : { effect }),
    test: testOf({
      name: "two sign-flip tests of the paired differences, against either bound",
      p,
      comparisons: 1,
    }),
    ...(verdict === "undecided" ? { needs: needsOf(differences, { quantity, repeated }) } : {}),
    sizes: () => ({
      fewest: fewestPairs({ level: LEVEL }),
      power: powerOf(differences, quantity, scatterOf),
    }),
    figures: [figuresOf(differences, { p, quantity, repeated, own })],
    condition:
      `Test: the difference lies within ±${quantity.smallestText} at ${levelText(1)} (sign flips of the ` +
      `differences of ${countText(count, repeated)}).`,
  };
}

/** Each of the two tests may fail. */
const CONTEXT = { comparisons: 1, power: (1 + POWER) / 2 };

/** Returns how many seeds show that the difference is within the bounds, if there is none; `null` if a run diverged. */
function powerOf(
  { values, estimate }: Differences,
  { smallest, scale }: Quantity,
  scatter: (differences: readonly number[]) => number = deviation,
): PowerNeeds | null {
  if (estimate === null) return null;
  const sought = { effect: smallest, deviation: scatter(values) };
  return powerNeeds(sought, { ...CONTEXT, shown: scale.shown(smallest), unit: scale.unit });
}

function needsOf(
  differences: Differences,
  { quantity, repeated }: { readonly quantity: Quantity; readonly repeated: Repeated },
): Needs {
  const { values, estimate } = differences;
  const { smallest, smallestText, scale } = quantity;
  const few = tooFew(values.length, { comparisons: 1, repeated });
  if (few !== undefined) return few;
  if (estimate === null) return noVariance(repeated);
  const effect = Math.abs(smallest - Math.abs(estimate.value));
  return seenNeeds({ effect, deviation: deviation(values) }, {
    ...CONTEXT,
    count: values.length,
    shown: scale.shown(effect),
    unit: scale.unit,
    smallest: powerOf(differences, quantity)?.seeds ?? null,
    sizeText: `that the difference lies within ±${smallestText}, if there is none,`,
    repeated,
  });
}
