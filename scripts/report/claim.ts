/**
 * Claims of experiments, and their verdicts.
 *
 * @module
 */

/**
 * The verdict of the measurements on a claim:
 *
 * - `"holds"`: the measurements support it.
 * - `"contradicted"`: the measurements speak against it.
 * - `"undecided"`: the measurements neither support it nor speak against it.
 *
 * Today each claim has one condition, which is met or not, so it gets one of two verdicts. If the condition is a
 * statistical test (a p-value, an interval) and is not met, the claim is `"undecided"`: a test that shows no effect
 * does not show that there is none. If the condition compares numbers without such a test and is not met, the claim is
 * `"contradicted"`. See {@linkcode byTest} and {@linkcode byComparison}.
 */
export type Verdict = "holds" | "contradicted" | "undecided";

/** A claim, decided by what was measured. */
export interface Claim {
  /** The claim, in a sentence. */
  readonly claim: string;
  /** The verdict of the measurements. */
  readonly verdict: Verdict;
  /** The figures, and the condition on them that decided. */
  readonly evidence: string;
}

/** A claim as `summary.json` and `--json` show it. */
export interface ClaimDocument {
  readonly claim: string;
  /** Whether the verdict is `"holds"`. */
  readonly holds: boolean;
  /** The verdict; absent in runs of versions before 0.2.0. */
  readonly verdict?: Verdict;
  readonly evidence: string;
}

/** Returns the verdict of a statistical test. A test that is not passed, or that could not be made, decides nothing. */
export function byTest(passed: boolean): Verdict {
  return passed ? "holds" : "undecided";
}

/** Returns the verdict of a comparison of numbers without a statistical test. */
export function byComparison(met: boolean): Verdict {
  return met ? "holds" : "contradicted";
}

/** Returns a verdict as the terminal and the report print it. */
export function verdictText(verdict: Verdict): string {
  return verdict === "holds" ? "Holds here" : "Does not hold here";
}

/** Returns a claim as `summary.json` and `--json` show it. */
export function claimDocument({ claim, verdict, evidence }: Claim): Required<ClaimDocument> {
  return { claim, holds: verdict === "holds", verdict, evidence };
}
