/**
 * Claims that a rule's curves agree with stored ones.
 *
 * @module
 */
import { MEASURES } from "../comparison/mod.ts";
import { LEVEL } from "../decision/mod.ts";
import type { Claim, Effect } from "../report/mod.ts";
import { countOf, mean } from "../statistics/mod.ts";
import type { StoredMeasure, StoredRule } from "./baseline.ts";
import { curveAgreement, type Curves, type EpochAgreement } from "./curves.ts";
import { type Margin, type Shown, shownBy } from "./margin.ts";
import { agreementNeeds } from "./needs.ts";

/** The subject of a claim. */
export interface AgreementSubject {
  readonly problem: string;
  /** The name of the project that the stored runs come from. */
  readonly source: string;
  readonly rule: StoredRule;
  readonly measure: StoredMeasure;
  readonly margin: Margin;
  /** Our curves of the measure, a curve for each seed. */
  readonly ours: Curves;
}

/** Returns the stored curves of a measure, of the runs that have it. */
export function storedCurves(rule: StoredRule, measure: StoredMeasure): Curves {
  return rule.runs.flatMap(({ series }) => (series[measure] === undefined ? [] : [series[measure]]));
}

/**
 * Returns the claim that our curves agree with the stored ones at the last epoch that both have. The evidence counts the
 * other epochs.
 *
 * @throws {RangeError} if the two have no epoch in common.
 */
export function agreementClaim(
  { problem, source, rule, measure, margin, ours }: AgreementSubject,
): Claim {
  const course = curveAgreement(ours, storedCurves(rule, measure), { margin });
  const last = course.at(-1);
  const what = `${problem}, ${rule.optimizer}`;
  if (last === undefined) {
    throw new RangeError(`${what}: no epoch of the ${MEASURES[measure]} is both here and stored`);
  }
  const shown = shownBy(margin, { stored: mean(last.theirs) });
  const { difference, verdict } = last;
  const effect = effectOf(last, shown);
  return {
    claim: `${what}: the ${MEASURES[measure]} after ${epochsText(last.epoch)} agrees with ` +
      `${source}'s stored runs within ${shown.text}.`,
    verdict,
    evidence: `${figures(last, { rule, measure, shown, effect })} ${CONDITIONS[last.reason]} ${
      agreedText(course)
    }`,
    ...(effect === undefined ? {} : { effect }),
    ...(difference === null ? {} : {
      test: {
        name: "Welch's t test",
        p: difference.p,
        level: LEVEL,
        correction: "none",
        comparisons: 1,
      },
    }),
    ...(verdict === "undecided" ? { needs: agreementNeeds(last, { margin: shown.one * shown.size }) } : {}),
  };
}

const CONDITIONS: Readonly<Record<EpochAgreement["reason"], string>> = {
  within: "The interval lies within the margin.",
  "contains 0": "The interval contains 0, and half of it is no longer than the margin.",
  apart: "The interval excludes 0 and leaves the margin.",
  wide: "Half the interval is longer than the margin.",
  empty: "There is no interval.",
};

function effectOf({ difference }: EpochAgreement, { unit, one, size }: Shown): Effect | undefined {
  if (difference === null) return undefined;
  const [value, low, high] = [difference.value, difference.low, difference.high].map((v) => v / one);
  return { of: "ours less theirs", value: value!, low: low!, high: high!, unit, smallest: size };
}

function figures(
  { epoch, ours, theirs, difference }: EpochAgreement,
  { rule, measure, shown, effect }: {
    rule: StoredRule;
    measure: StoredMeasure;
    shown: Shown;
    effect: Effect | undefined;
  },
): string {
  const diverged = ours.filter((v) => !Number.isFinite(v)).length;
  const own = diverged > 0
    ? `${diverged} of ${countOf(ours.length, "seed")} diverged`
    : `mean ${valueText(mean(ours))} of ${countOf(ours.length, "seed")}`;
  const seeds = rule.runs.filter((r) => r.series[measure]?.[epoch] !== undefined).map((r) => r.seed);
  const stored = `mean ${valueText(mean(theirs))} of ${countOf(theirs.length, "stored run")} ` +
    `(${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")})`;
  if (effect === undefined || difference === null) return `Ours: ${own}; theirs: ${stored}.`;
  const percent = shown.unit === "percent";
  const [value, low, high] = [effect.value, effect.low, effect.high].map((v) => v.toPrecision(2));
  return `Ours: ${own}; theirs: ${stored}. Difference: ${value}${
    percent ? " %" : " points"
  } (${low} to ${high}), ` +
    `margin ${shown.text}.`;
}

/** Returns at how many epochs after the start they agree: `Of 10 epochs it agrees at 9 and is undecided at 1.` */
function agreedText(course: readonly EpochAgreement[]): string {
  const after = course.filter((c) => c.epoch > 0);
  const counted = ([verdict, text]: readonly [string, string]) => {
    const count = after.filter((c) => c.verdict === verdict).length;
    return count === 0 ? [] : [`${text} at ${count}`];
  };
  const parts = COUNTED.flatMap(counted);
  const last = parts.pop();
  if (last === undefined) return "No epoch after the start is both here and stored.";
  const all = parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
  return `Of ${countOf(after.length, "epoch")} it ${all}.`;
}

const COUNTED = [["holds", "agrees"], ["undecided", "is undecided"], ["contradicted", "disagrees"]] as const;

function epochsText(epoch: number): string {
  return epoch === 0 ? "no epoch" : countOf(epoch, "epoch");
}

function valueText(value: number): string {
  return value.toPrecision(4);
}
