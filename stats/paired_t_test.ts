import { checkOptions, type OptionNames } from "../options/mod.ts";
import { type Alternative, ALTERNATIVES } from "./alternative.ts";
import { checkSample } from "./check_sample.ts";
import type { TestResult } from "./rank_test.ts";
import { mean, sampleStandardDeviation } from "./sample.ts";
import { studentTail } from "./student_tail.ts";
import { displayedResult } from "./display.ts";

/** Options of {@linkcode pairedTTest}. */
export interface PairedTTestOptions {
  /** The side of the difference: `"two-sided"` by default. */
  readonly alternative?: Alternative;
}

const PAIRED_T_TEST_OPTIONS = { alternative: ALTERNATIVES } satisfies OptionNames<PairedTTestOptions>;

/**
 * Tests by Student's t whether the mean of paired differences is 0: `t = mean / (deviation / √n)`, with `n - 1` degrees
 * of freedom. It assumes that the differences have a normal distribution; the sign-flip test does not.
 *
 * If all differences are equal, t is infinite and p 0 (1 on the other side); if all are 0, both are `NaN`.
 *
 * @param differences at least two, each finite
 * @throws {RangeError} for fewer, one that is not finite, or an unknown option.
 *
 * @example
 * ```ts
 * import { pairedTTest } from "./paired_t_test.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const { statistic, p } = pairedTTest([0, 2]);
 * assertAlmostEquals(statistic, 1);
 * assertAlmostEquals(p, 0.5);
 * ```
 *
 * @see Student: The Probable Error of a Mean, 1908.
 */
export function pairedTTest(differences: readonly number[], options: PairedTTestOptions = {}): TestResult {
  checkOptions("pairedTTest", options, PAIRED_T_TEST_OPTIONS);
  checkSample("differences", differences, { least: 2 });
  const n = differences.length;
  const statistic = mean(differences) * Math.sqrt(n) / sampleStandardDeviation(differences);
  return displayedResult("pairedTTest", {
    statistic,
    p: studentP(statistic, { degrees: n - 1, ...options }),
  });
}

/** Returns the p-value of a t statistic. */
export function studentP(
  t: number,
  { degrees, alternative = "two-sided" }: PairedTTestOptions & { readonly degrees: number },
): number {
  if (alternative === "two-sided") return 2 * studentTail(Math.abs(t), { degrees });
  return studentTail(alternative === "greater" ? t : -t, { degrees });
}
