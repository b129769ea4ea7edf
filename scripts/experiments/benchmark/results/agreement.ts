/**
 * Computes how far the problems agree on the order of the optimizers.
 *
 * @module
 */
import { mean, ranksOf } from "../../../statistics/mod.ts";
import type { BenchmarkData } from "../data.ts";
import { armOn, finalValues, optimizersOf, trainedProblems } from "./runs.ts";

/** Ranks of optimizers over problems. */
export interface Agreement {
  /** The optimizers that all problems take. */
  readonly optimizers: readonly string[];
  /** The rank of each on each problem, by the mean test value: 1 for the best; `[problem][optimizer]`. */
  readonly ranks: readonly (readonly number[])[];
  /** Kendall's coefficient of concordance: 1 if all problems rank alike, about 0 if none agrees with another. */
  readonly concordance: number;
}

/**
 * Returns the ranks of the optimizers that all problems take; an optimizer with a run that diverged shares the last place
 * with others of the kind. `null` for fewer than two optimizers or problems, and if all share one place on every problem.
 *
 * @see Kendall, Babington Smith: The Problem of m Rankings, 1939.
 */
export function agreementOf(data: BenchmarkData): Agreement | null {
  const problems = trainedProblems(data);
  const optimizers = optimizersOf(data).filter((o) => problems.every((p) => armOn(p, o) !== undefined));
  if (optimizers.length < 2 || problems.length < 2) return null;
  const ranked = problems.map((problem) => {
    const sign = problem.direction === "maximize" ? -1 : 1;
    return ranksOf(optimizers.map((o) => {
      const values = finalValues(problem, armOn(problem, o)!);
      return values.every(Number.isFinite) ? sign * mean(values) : Number.MAX_VALUE;
    }));
  });
  const [m, k] = [problems.length, optimizers.length];
  const sums = optimizers.map((_, i) => ranked.reduce((sum, { ranks }) => sum + ranks[i]!, 0));
  const middle = mean(sums);
  const spread = sums.reduce((sum, s) => sum + (s - middle) ** 2, 0);
  const ties = ranked.reduce((sum, { groups }) => sum + groups.reduce((t, g) => t + g ** 3 - g, 0), 0);
  const most = (m * m * (k ** 3 - k) - m * ties) / 12;
  return most === 0 ? null : { optimizers, ranks: ranked.map((r) => r.ranks), concordance: spread / most };
}

/** Returns the concordance in a sentence; `undefined` if there is none. */
export function agreementText(data: BenchmarkData): string | undefined {
  const agreement = agreementOf(data);
  if (agreement === null) return undefined;
  return `The problems' rankings of the optimizers have a concordance (Kendall's W) of ${
    agreement.concordance.toFixed(2)
  }: 1 if all rank alike, about 0 if none agrees with another.`;
}
