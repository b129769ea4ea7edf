/**
 * Decides claims that two series of measurements do not differ by as much as matters.
 *
 * @module
 */
import type { Needs, Verdict } from "../report/mod.ts";
import { deviation } from "../../stats/mod.ts";
import { type Decision, effectOf, figuresOf, testOf } from "./decision.ts";
import { countText, LEVEL, levelText, POWER, powerNeeds, type Repeated, SEEDS, tooFew } from "./needs.ts";
import { type Differences, differencesOf, type Pairs, testAgainst } from "./pairs.ts";
import type { Quantity } from "./quantity.ts";

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
  const verdict: Verdict = within < LEVEL && inside
    ? "holds"
    : outside < LEVEL && wholly
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
    figures: [figuresOf(differences, { p, quantity, repeated, own })],
    condition:
      `Test: the difference lies within ±${quantity.smallestText} at ${levelText(1)} (sign flips of the ` +
      `differences of ${countText(count, repeated)}).`,
  };
}

function needsOf(
  { values, estimate }: Differences,
  { quantity: { smallest, smallestText, scale }, repeated }: { quantity: Quantity; repeated: Repeated },
): Needs {
  const few = tooFew(values.length, { comparisons: 1, repeated });
  if (few !== undefined) return few;
  if (estimate === null) {
    return {
      text: `With runs that diverged there is no variance, so no number of ${repeated[1]} can be named: ` +
        "find what makes them diverge.",
      seeds: null,
    };
  }
  const scatter = { deviation: deviation(values) };
  // Each of the two tests may fail.
  const context = { comparisons: 1, power: (1 + POWER) / 2, unit: scale.unit, repeated };
  const least = powerNeeds({ ...scatter, effect: smallest }, {
    ...context,
    shown: scale.shown(smallest),
    lead: `would show a difference within ±${smallestText}, if there is none,`,
  });
  if ((least.seeds ?? 0) > values.length) return least;
  const effect = Math.abs(smallest - Math.abs(estimate.value));
  return powerNeeds({ ...scatter, effect }, {
    ...context,
    shown: scale.shown(effect),
    lead: "would decide, if the difference is as seen,",
  });
}
