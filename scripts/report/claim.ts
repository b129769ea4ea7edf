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
 * - `"undecided"`: the measurements neither support it nor speak against it; {@linkcode Needs} says what would decide.
 *
 * A claim about a sample (over seeds, over repetitions) is decided by a test, see `scripts/decision`. A claim about
 * numbers that are the same each time has no sample: it holds or is contradicted, see {@linkcode byComparison}.
 */
export type Verdict = "holds" | "contradicted" | "undecided";

/** The measured size of what a claim says. */
export interface Effect {
  /** What it is the size of, such as `adam less sgd`; absent if the claim says it. */
  readonly of?: string;
  /** The estimate, in the unit. */
  readonly value: number;
  /** The lower end of its interval (95 %). */
  readonly low: number;
  /** The upper end of its interval (95 %). */
  readonly high: number;
  /** Its unit: `points` (hundredths of an accuracy), `times` (a ratio), or another in words. */
  readonly unit: string;
  /** The smallest effect that matters, in the unit; of a ratio the factor, such as 1.01, either way. */
  readonly smallest: number;
}

/** The test that decided a claim. */
export interface Test {
  /** Its name in words. */
  readonly name: string;
  /** The two-sided p-value after the correction: the largest of those that the claim needs. */
  readonly p: number;
  /** The level that `p` must be below. */
  readonly level: number;
  /**
   * The correction for several comparisons: `Holm`, or `none` for a single comparison; `Bonferroni` beside it, if what is
   * compared is the best of several candidates by the same measurements.
   */
  readonly correction: string;
  /** The number that the correction is for: of the claim's comparisons, or of the candidates if there are more. */
  readonly comparisons: number;
}

/** What would decide a claim. */
export interface Needs {
  /** In a sentence. */
  readonly text: string;
  /**
   * The number of seeds or repetitions: the fewest with which the test can reach its level; if there are as many, those
   * that decide with 80 % power if the difference is as seen. `null` if no number of them decides, or none can be named.
   */
  readonly seeds: number | null;
  /** What the number rests on, if it is the answer to a question of power. */
  readonly power?: {
    /** The chance of deciding, if the effect is as large as `effect`. */
    readonly share: number;
    readonly effect: number;
    readonly unit: string;
    /** The standard deviation of the pairs' differences; of logarithms, if the unit is `times`. */
    readonly deviation: number;
  };
}

/** The numbers of seeds or repetitions that a claim asks for, whatever its verdict. */
export interface Sizes {
  /** The fewest with which its test can reach its level. */
  readonly fewest: number;
  /** How many show the smallest effect that matters with 80 % power; `null` if runs diverged. */
  readonly power: Pick<Needs, "seeds" | "power"> | null;
}

/** A claim, decided by what was measured. */
export interface Claim {
  /** The claim, in a sentence. */
  readonly claim: string;
  /** The verdict of the measurements. */
  readonly verdict: Verdict;
  /** The figures, and the condition on them that decided. */
  readonly evidence: string;
  /** The size of the effect; absent if it is no single number. */
  readonly effect?: Effect;
  /** The test; absent if there is no sample to test. */
  readonly test?: Test;
  /** What would decide the claim; only if it is undecided. */
  readonly needs?: Needs;
  /** Returns the numbers of seeds it asks for; absent if it is not about seeds. */
  readonly sizes?: () => Sizes;
}

/** A claim as `summary.json` and `--json` show it: numbers that are not finite are `null`. */
export interface ClaimDocument extends Omit<Claim, "verdict" | "sizes"> {
  /** The verdict; absent in runs of versions before 0.2.0. */
  readonly verdict?: Verdict;
  /** Whether the verdict is `"holds"`. It stays beside the verdict for one version. */
  readonly holds: boolean;
}

/** Returns the verdict of a comparison of numbers without a sample: they are the same each time. */
export function byComparison(met: boolean): Verdict {
  return met ? "holds" : "contradicted";
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  holds: "Holds here",
  contradicted: "Contradicted here",
  undecided: "Undecided here",
};

/** Returns a verdict as the terminal and the report print it. */
export function verdictText(verdict: Verdict): string {
  return VERDICTS[verdict];
}

/** Returns the verdict of a claim in a document, also of one before 0.2.0, which tells only whether it holds. */
export function verdictOf({ verdict, holds }: Pick<ClaimDocument, "verdict" | "holds">): Verdict | undefined {
  return verdict ?? (holds ? "holds" : undefined);
}

/** Returns the evidence of a claim, and what would decide it. */
export function evidenceText({ evidence, needs }: Pick<Claim, "evidence" | "needs">): string {
  return needs === undefined ? evidence : `${evidence} ${needs.text}`;
}

/** Returns a claim as `summary.json` and `--json` show it. */
export function claimDocument(
  { claim, verdict, sizes: _, ...rest }: Claim,
): Required<Pick<ClaimDocument, "verdict">> & ClaimDocument {
  return { claim, verdict, holds: verdict === "holds", ...rest };
}
