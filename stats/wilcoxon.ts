import { checkOptions, type OptionNames } from "../options/mod.ts";
import { checkSample } from "./check_sample.ts";
import {
  countedP,
  isExact,
  normalP,
  RANK_TEST_OPTIONS,
  type RankTestOptions,
  type TestResult,
} from "./rank_test.ts";
import { ranksOf, tieSum } from "./ranks.ts";
import { displayedResult } from "./display.ts";

/** Options of {@linkcode wilcoxonTest}. */
export interface WilcoxonOptions extends RankTestOptions {
  /**
   * What differences of 0 do: `"wilcox"`, the default, drops them before ranks are given; `"pratt"` ranks them, and then
   * drops their ranks.
   */
  readonly zeros?: "wilcox" | "pratt";
}

const WILCOXON_OPTIONS = {
  ...RANK_TEST_OPTIONS,
  zeros: ["wilcox", "pratt"],
} satisfies OptionNames<WilcoxonOptions>;

/**
 * Tests by signed ranks whether paired differences are symmetric about 0. The differences are ranked by size; the
 * statistic is the sum of the ranks of those above 0.
 *
 * Outliers count less than in the sign-flip test; the size of the differences counts only by its order. Exact p-values
 * count the signs of all ranks, also with ties. The normal approximation corrects for ties; `continuity` is `false` by
 * default, as in SciPy. If all differences are 0, p is 1.
 *
 * @param differences at least one, each finite
 * @returns the sum of the positive ranks, and p
 * @throws {RangeError} for no differences, one that is not finite, more than 50 with `method: "exact"`, or an option out
 * of range.
 *
 * @example
 * ```ts
 * import { wilcoxonTest } from "./wilcoxon.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(wilcoxonTest([0.3, 0.1, 0.4, -0.2, 0.5, 0.6]), { statistic: 19, p: 6 / 64 });
 * ```
 *
 * @see Wilcoxon: Individual Comparisons by Ranking Methods, 1945.
 * @see Pratt: Remarks on Zeros and Ties in the Wilcoxon Signed Rank Procedures, 1959; Cureton, 1967 (its approximation).
 */
export function wilcoxonTest(differences: readonly number[], options: WilcoxonOptions = {}): TestResult {
  checkOptions("wilcoxonTest", options, WILCOXON_OPTIONS);
  checkSample("differences", differences);
  const { alternative, continuity = false, zeros = "wilcox" } = options;
  const ranked = zeros === "pratt" ? differences : differences.filter((d) => d !== 0);
  const { ranks, groups } = ranksOf(ranked.map(Math.abs));
  const zero = ranked.filter((d) => d === 0).length;
  const statistic = ranks.reduce((sum, r, i) => (ranked[i]! > 0 ? sum + r : sum), 0);
  if (isExact(ranked.length - zero, options)) {
    const counts = signedSums(ranks.filter((_, i) => ranked[i] !== 0));
    // Twice a rank is an integer.
    return displayedResult("wilcoxonTest", {
      statistic,
      p: countedP(counts, { at: 2 * statistic, alternative }),
    });
  }
  const n = ranked.length;
  const mean = (n * (n + 1) - zero * (zero + 1)) / 4;
  const squares = n * (n + 1) * (2 * n + 1) - zero * (zero + 1) * (2 * zero + 1);
  const ties = tieSum(zero > 0 ? groups.slice(1) : groups);
  const deviation = Math.sqrt((squares - ties / 2) / 24);
  return displayedResult("wilcoxonTest", {
    statistic,
    p: normalP(statistic, { mean, deviation, continuity, alternative }),
  });
}

/** Returns how often each number is twice the sum of the ranks that are chosen, over all choices. */
function signedSums(ranks: readonly number[]): Float64Array {
  const counts = new Float64Array(2 * ranks.reduce((sum, r) => sum + r, 0) + 1);
  counts[0] = 1;
  for (const rank of ranks) {
    for (let s = counts.length - 1; s >= 2 * rank; s--) counts[s]! += counts[s - 2 * rank]!;
  }
  return counts;
}
