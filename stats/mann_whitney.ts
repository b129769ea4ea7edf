import { checkOptions } from "../options/mod.ts";
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

/**
 * Tests by ranks whether values of one sample tend to be larger than those of another, without pairs. The statistic U is
 * the number of pairs of values of which that of `a` is larger, equal ones as one half.
 *
 * Runs that share their seeds are pairs, for which the paired tests find smaller differences. Exact p-values count all
 * ways to split the ranks, also with ties. The normal approximation corrects for ties; `continuity` is `true` by default,
 * as in SciPy. If all values are equal, p is 1.
 *
 * @param a at least one value, each finite
 * @param b at least one value, each finite
 * @returns U of `a`, and p
 * @throws {RangeError} for no values, one that is not finite, more than 50 in all with `method: "exact"`, or an option out
 * of range.
 *
 * @example
 * ```ts
 * import { mannWhitneyTest } from "./mann_whitney.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(mannWhitneyTest([4, 5, 6], [1, 2, 3]), { statistic: 9, p: 2 / 20 });
 * ```
 *
 * @see Mann, Whitney: On a Test of Whether One of Two Random Variables Is Stochastically Larger than the Other, 1947.
 */
export function mannWhitneyTest(
  a: readonly number[],
  b: readonly number[],
  options: RankTestOptions = {},
): TestResult {
  checkOptions("mannWhitneyTest", options, RANK_TEST_OPTIONS);
  checkSample("a", a);
  checkSample("b", b);
  const { alternative, continuity = true } = options;
  const { ranks, groups } = ranksOf([...a, ...b]);
  const sum = ranks.slice(0, a.length).reduce((total, r) => total + r, 0);
  const statistic = sum - a.length * (a.length + 1) / 2;
  const n = ranks.length;
  if (isExact(n, options)) {
    const counts = chosenSums(ranks, a.length);
    return displayedResult("mannWhitneyTest", {
      statistic,
      p: countedP(counts, { at: 2 * sum, alternative }),
    });
  }
  const pairs = a.length * b.length;
  const deviation = Math.sqrt(pairs / 12 * (n + 1 - tieSum(groups) / (n * (n - 1))));
  return displayedResult("mannWhitneyTest", {
    statistic,
    p: normalP(statistic, { mean: pairs / 2, deviation, continuity, alternative }),
  });
}

/** Returns how often each number is twice the sum of `size` of the ranks, over all choices of as many. */
function chosenSums(ranks: readonly number[], size: number): Float64Array {
  const most = 2 * ranks.reduce((sum, r) => sum + r, 0);
  const counts = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  counts[0]![0] = 1;
  for (const rank of ranks) {
    for (let k = size; k >= 1; k--) {
      const [to, from] = [counts[k]!, counts[k - 1]!];
      for (let s = most; s >= 2 * rank; s--) to[s]! += from[s - 2 * rank]!;
    }
  }
  return counts[size]!;
}
