/**
 * Tests of differences in several strata, such as the problems of a benchmark, together.
 *
 * @module
 */
import { signFlipTest } from "../../stats/mod.ts";
import { type ScaledDifferences, signedRanks, type Tested } from "./pairs.ts";

/** The differences of a stratum, and the bound that they are tested against. */
export interface Stratum {
  readonly differences: Pick<ScaledDifferences, "values" | "tolerance">;
  readonly bound: number;
}

/**
 * Tests whether differences are above their bounds in some stratum, or below them in some: by flips of the signs of
 * their ranks, each stratum ranked for itself. So scales may differ from stratum to stratum, each counts by its number of
 * pairs, and a measurement that diverged is the worst of its stratum. Side 1 with a small p says that not all strata
 * are at most at their bounds, side -1 that not all are at least there.
 *
 * @throws {RangeError} for no differences.
 *
 * @see van Elteren: On the combination of independent two-sample tests of Wilcoxon, 1960, on strata.
 */
export function testStrata(strata: readonly Stratum[]): Tested {
  const ranks = strata.flatMap(({ differences: { values, tolerance }, bound }) =>
    signedRanks(values.map((v) => v - bound), tolerance + values.length * Number.EPSILON * Math.abs(bound))
  );
  const total = ranks.reduce((sum, r) => sum + r, 0);
  const p = signFlipTest(ranks, { tolerance: 1e-9 });
  return { p, side: p === 1 ? 0 : Math.sign(total) };
}
