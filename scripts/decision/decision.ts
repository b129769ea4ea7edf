/**
 * Decisions, and the claims made of them.
 *
 * @module
 */
import { byComparison, type Claim, type Effect, type Test } from "../report/mod.ts";
import type { Differences } from "./pairs.ts";
import { countText, LEVEL, type Repeated } from "./needs.ts";
import { type Quantity, short } from "./quantity.ts";

/** A decision on a claim. */
export interface Decision extends Pick<Claim, "verdict" | "effect" | "needs" | "sizes"> {
  /** The figures of each comparison, in order. */
  readonly figures: readonly string[];
  /** The condition that decided, and what was found about it. */
  readonly condition: string;
  readonly test: Test;
}

/** Returns the claim of a decision. The evidence is `lead`, the figures of the comparisons, and the condition. */
export function decided(
  claim: string,
  { verdict, effect, test, needs, sizes, figures, condition }: Decision,
  lead: string,
): Claim {
  return {
    claim,
    verdict,
    evidence: `${lead} ${figures.join("; ")}. ${condition}`,
    ...(effect === undefined ? {} : { effect }),
    test,
    ...(needs === undefined ? {} : { needs }),
    ...(sizes === undefined ? {} : { sizes }),
  };
}

/** Returns the effect of a comparison in its unit; `undefined` if a measurement diverged. */
export function effectOf(
  { name, estimate }: Differences,
  { quantity: { scale, smallest }, named }: { quantity: Quantity; named: boolean },
): Effect | undefined {
  if (estimate === null) return undefined;
  const [value, low, high, least] = [estimate.value, estimate.low, estimate.high, smallest].map(scale.shown);
  return {
    ...(named ? { of: name } : {}),
    value: value!,
    low: low!,
    high: high!,
    unit: scale.unit,
    smallest: least!,
  };
}

/**
 * Returns `sgd: 10.0 points (9.50 to 10.5), p = 0.016`, or what diverged: `sgd: no number, as sgd diverged with 3 of 8
 * seeds, p = 0.0078 …`.
 */
export function figuresOf(
  { name, values, estimate, diverged, sides }: Differences,
  { p, quantity: { scale }, repeated, own }: {
    /** The p-value after the correction. */
    p: number;
    quantity: Quantity;
    repeated: Repeated;
    /** The name of the first of the pair. */
    own: string;
  },
): string {
  const tested = `p = ${p.toPrecision(2)}`;
  if (estimate !== null) {
    const { value, low, high } = estimate;
    // One pair has no interval.
    const interval = Number.isFinite(high - low)
      ? `${short(scale.shown(low))} to ${short(scale.shown(high))}`
      : "no interval";
    return `${name}: ${scale.text(value)} (${interval}), ${tested}`;
  }
  const lost = (sides ?? [own, name]).flatMap((who, i) =>
    diverged[i] === 0 ? [] : [`${who} diverged with ${diverged[i]} of ${countText(values.length, repeated)}`]
  );
  const [why, ranks] = lost.length === 0
    ? ["a value is 0", ""]
    : [lost.join(" and "), ", a run that diverged being the worst"];
  return `${name}: no number, as ${why}, ${tested} by signed ranks${ranks}`;
}

/** Returns the test of a decision. */
export function testOf({ name, p, comparisons, candidates = 1 }: {
  name: string;
  p: number;
  comparisons: number;
  candidates?: number;
}): Test {
  const corrections = [...(comparisons > 1 ? ["Holm"] : []), ...(candidates > 1 ? ["Bonferroni"] : [])];
  return {
    name,
    p,
    level: LEVEL,
    correction: corrections.join(" and ") || "none",
    comparisons: Math.max(comparisons, candidates),
  };
}

/**
 * Returns a decision that is undecided because of the conditions under which it was measured, with what remedies them;
 * the decision itself if there are none.
 */
export function underConditions(
  decision: Decision,
  { faults, remedy }: { faults: readonly string[]; remedy: string },
): Decision {
  if (faults.length === 0) return decision;
  return {
    ...decision,
    verdict: "undecided",
    needs: { text: `${faults.join(". ")}: ${remedy}.`, seeds: null },
  };
}

/** Returns a claim about numbers that are the same each time: it has no sample to test, and so two outcomes. */
export function decidedByNumbers(claim: string, met: boolean, evidence: string): Claim {
  return {
    claim,
    verdict: byComparison(met),
    evidence: `${evidence} The numbers are the same each time: there is no interval.`,
  };
}
