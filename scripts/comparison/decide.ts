/**
 * Deciding which of several optimizers is better, by paired tests over the seeds.
 *
 * @module
 */
import { byTest, type Claim } from "../report/mod.ts";
import { comparePaired, type Comparison } from "../statistics/mod.ts";
import { seedsText } from "../cli/mod.ts";
import { type Arm, type Measure, MEASURES, valuesOf } from "./arms.ts";

/** Compares two arms by a measure, seed by seed. Returns `null` if a run of either diverged: then neither wins. */
export function compareArms(a: Arm, b: Arm, { measure }: { measure: Measure }): Comparison | null {
  const [x, y] = [valuesOf(a, measure), valuesOf(b, measure)];
  return [...x, ...y].every(Number.isFinite) ? comparePaired(x, { with: y }) : null;
}

/** Returns `-0.0123 (-0.02 to -0.004), p = 0.031`: the mean difference, its interval and its p-value. */
export function comparisonText({ value, low, high, p }: Comparison): string {
  return `${value.toPrecision(3)} (${low.toPrecision(3)} to ${high.toPrecision(3)}), p = ${p.toPrecision(2)}`;
}

/**
 * Returns `sgd: -0.0123 (-0.02 to -0.004), p = 0.031`, the difference of `a` from `b` under `b`'s name; or which of
 * them diverged.
 */
export function againstText(a: Arm, b: Arm, { c }: { c: Comparison | null }): string {
  return `${b.name}: ${c === null ? divergedText([a, b]) : comparisonText(c)}`;
}

/** Returns which arms diverged, and how often: `sgd diverged with 1 of 8 seeds`. */
export function divergedText(arms: readonly Arm[]): string {
  return arms.flatMap(({ name, runs }) => {
    const diverged = runs.filter((r) => r.diverged).length;
    return diverged === 0 ? [] : [`${name} diverged with ${diverged} of ${seedsText(runs.length)}`];
  }).join(" and ");
}

/** Returns whether a difference is below 0, and significantly so. */
export function isBelow(c: Comparison | null): boolean {
  return c !== null && c.value < 0 && c.p < 0.05;
}

/**
 * Returns whether one arm beats every other by Holm's procedure: each difference is on the right side of 0, and its p
 * is below 0.05 divided by the number of comparisons not yet decided. A comparison with an arm that diverged is no win.
 */
export function beatsAll(
  differences: readonly (Comparison | null)[],
  { sign }: { sign: 1 | -1 },
): boolean {
  const sorted = [...differences].sort((a, b) => (a?.p ?? 1) - (b?.p ?? 1));
  return sorted.every((c, i) => c !== null && sign * c.value > 0 && c.p < 0.05 / (sorted.length - i));
}

/** Decides the claim that one optimizer ends below another, by a paired test over the seeds. */
export function lowerClaim(a: Arm, b: Arm, { measure, text }: { measure: Measure; text: string }): Claim {
  const c = compareArms(a, b, { measure });
  return {
    claim: `${text}: tuned alike, ${a.name} reaches a lower ${
      MEASURES[measure]
    } than ${b.name} in as many epochs.`,
    verdict: byTest(isBelow(c)),
    evidence: c === null
      ? `${divergedText([a, b])}.`
      : `${a.name} less ${b.name}: ${comparisonText(c)}, over ${a.runs.length} seeds. ` +
        `Test: below 0 with p < 0.05 (sign flips of the seeds' differences).`,
  };
}
