/**
 * Decides whether two independent samples agree, by the interval of the difference of their means.
 *
 * @module
 */
import { welch, type WelchResult } from "../../stats/mod.ts";
import type { Verdict } from "../report/mod.ts";

/** The reason why two samples agree, disagree, or leave it open. */
export type AgreementReason =
  /** The interval lies within the margin. */
  | "within"
  /** The interval contains 0, and half of it is no longer than the margin. */
  | "contains 0"
  /** The interval lies wholly outside the margin, or it excludes 0, is not wide, and leaves the margin. */
  | "apart"
  /** Half the interval is longer than the margin, and part of it lies within the margin. */
  | "wide"
  /** There is no interval: a sample has fewer than two values, or one that is not finite. */
  | "empty";

/** The comparison of two samples. */
export interface Agreement {
  /** The difference of the means, its interval (95 %) and its p-value; `null` if there is no interval. */
  readonly difference: WelchResult | null;
  /** `holds`: they agree. `contradicted`: they do not. `undecided` otherwise. */
  readonly verdict: Verdict;
  readonly reason: AgreementReason;
}

const VERDICTS: Readonly<Record<AgreementReason, Verdict>> = {
  within: "holds",
  "contains 0": "holds",
  apart: "contradicted",
  wide: "undecided",
  empty: "undecided",
};

/**
 * Decides whether two samples agree: the 95 % interval of the difference of their means contains 0, or lies within the
 * margin. An empty interval decides nothing, and neither does a wide one: half of it is longer than the margin, and part of
 * it lies within the margin. The interval is Welch's, because a sample may have no more than three values.
 *
 * @param ours the values of our seeds
 * @param theirs the stored values
 * @param margin in the unit of the values: above 0
 * @throws {RangeError} for a margin that is not above 0.
 */
export function agreement(
  ours: readonly number[],
  theirs: readonly number[],
  { margin }: { readonly margin: number },
): Agreement {
  if (!(margin > 0)) throw new RangeError(`margin must be above 0, got ${margin}`);
  const difference = intervalOf(ours, theirs);
  const reason = difference === null ? "empty" : reasonOf(difference, margin);
  return { difference, verdict: VERDICTS[reason], reason };
}

function intervalOf(ours: readonly number[], theirs: readonly number[]): WelchResult | null {
  const samples = [ours, theirs];
  if (samples.some((s) => s.length < 2 || !s.every(Number.isFinite))) return null;
  return welch(ours, { with: theirs });
}

function reasonOf({ low, high }: WelchResult, margin: number): AgreementReason {
  if (low >= -margin && high <= margin) return "within";
  if (low > margin || high < -margin) return "apart";
  if ((high - low) / 2 > margin) return "wide";
  return low <= 0 && high >= 0 ? "contains 0" : "apart";
}
