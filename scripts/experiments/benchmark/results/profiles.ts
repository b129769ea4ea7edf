/**
 * Performance profiles over the problems, by steps to their targets.
 *
 * @module
 */
import { mean, performanceProfiles, performanceRatios } from "../../../statistics/mod.ts";
import type { BenchmarkData } from "../data.ts";
import { armOn, optimizersOf, trainedProblems } from "./runs.ts";
import { stepsToTarget } from "./target_rows.ts";

/** The largest ratio that counts for the score, as in AlgoPerf. */
export const MOST_RATIO = 4;

/** Performance profiles, and the score that sums each up. */
export interface Profiles {
  /** The problems with a target, over which the shares are. */
  readonly problems: readonly string[];
  /** Ratios to the fewest steps of any optimizer, from 1 to {@linkcode MOST_RATIO}. */
  readonly ratios: readonly number[];
  /** By optimizer: the share of problems whose target it reaches within that many times the fewest steps. */
  readonly shares: Readonly<Record<string, readonly number[]>>;
  /** By optimizer: the mean of the share over ratios from 1 to {@linkcode MOST_RATIO}, from 0 to 1. */
  readonly scores: Readonly<Record<string, number>>;
  /** By optimizer: the median steps to the target of each problem; `null` where fewer than half of the seeds reach it. */
  readonly steps: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Points of a profile between two whole ratios. */
const POINTS = 20;

/**
 * Returns the profiles. The steps of an optimizer on a problem are their median over the seeds, and infinite where fewer
 * than half of the seeds reach the target or the problem cannot take the optimizer. Without targets there are no profiles.
 *
 * The score is the integral of the profile over ratios from 1 to 4, divided by 3: exact, as a profile is a step function.
 *
 * @see Dolan, Moré: Benchmarking Optimization Software with Performance Profiles, 2002.
 * @see Dahl et al.: Benchmarking Neural Network Training Algorithms, 2023, on the score.
 */
export function profiles(data: BenchmarkData): Profiles | null {
  const problems = trainedProblems(data).filter((p) => p.target !== null);
  const optimizers = optimizersOf(data);
  if (problems.length === 0 || optimizers.length === 0) return null;
  const medians = optimizers.map((optimizer) =>
    problems.map((problem) => {
      const arm = armOn(problem, optimizer);
      return arm === undefined ? null : stepsToTarget(problem, arm)?.median ?? null;
    })
  );
  const steps = Object.fromEntries(optimizers.map((o, i) => [o, medians[i]!]));
  const costs = Object.fromEntries(optimizers.map((o, i) => [o, medians[i]!.map((m) => m ?? Infinity)]));
  const ratios = Array.from({ length: (MOST_RATIO - 1) * POINTS + 1 }, (_, i) => 1 + i / POINTS);
  return {
    problems: problems.map((p) => p.problem),
    ratios,
    shares: performanceProfiles(costs, ratios),
    scores: Object.fromEntries(
      Object.entries(performanceRatios(costs)).map(([o, all]) => [o, scoreOf(all)]),
    ),
    steps,
  };
}

/** Returns the mean of a profile from 1 to {@linkcode MOST_RATIO}: each problem counts from its ratio on. */
function scoreOf(ratios: readonly number[]): number {
  return mean(ratios.map((r) => Math.max(0, MOST_RATIO - r) / (MOST_RATIO - 1)));
}
