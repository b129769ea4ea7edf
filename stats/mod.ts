/**
 * Statistics of comparisons: tests, intervals, sizes of samples, measures over many tasks, times to a target.
 *
 * ```ts
 * import { comparePaired } from "./mod.ts";
 * const [adam, sgd] = [[0.91, 0.93, 0.92, 0.94, 0.9, 0.92], [0.88, 0.91, 0.91, 0.9, 0.87, 0.9]];
 * const { value, low, high, p } = comparePaired(adam, { with: sgd });
 * console.assert(value > 0 && low > 0 && high > value && p === 1 / 32);
 * ```
 *
 * @module
 */

// Samples.
export { normalTail } from "./normal_tail.ts";
export { deviation, max, mean, median, min, quantile } from "./sample.ts";
export { leastBy } from "./least_by.ts";
export { type Ranks, ranksOf } from "./ranks.ts";

// Intervals.
export {
  bootstrap,
  type BootstrapOptions,
  CONFIDENCE,
  type Estimate,
  type ResampleOptions,
} from "./bootstrap.ts";
export { type Scores, stratifiedBootstrap } from "./stratified_bootstrap.ts";

// Tests.
export type { Alternative } from "./alternative.ts";
export { comparePaired, type ComparePairedOptions, type Comparison } from "./compare_paired.ts";
export { mannWhitneyTest } from "./mann_whitney.ts";
export { pairedTTest, type PairedTTestOptions } from "./paired_t_test.ts";
export type { RankTestOptions, TestResult } from "./rank_test.ts";
export { MOST_EXACT, type SignFlipOptions, signFlipTest } from "./sign_flips.ts";
export { welch, welchError, type WelchOptions, type WelchResult } from "./welch.ts";
export { type WilcoxonOptions, wilcoxonTest } from "./wilcoxon.ts";

// Many tests at once.
export { benjaminiHochberg } from "./benjamini_hochberg.ts";
export { holm } from "./holm.ts";

// Sizes of samples.
export { fewestPairs, type TestOptions } from "./fewest_pairs.ts";
export { type PairedDesign, pairedPower, type PairedPowerOptions } from "./paired_power.ts";
export { pairsForPower, type PairsForPowerOptions } from "./pairs_for_power.ts";
export { signFlipPower, type SignFlipPowerOptions } from "./sign_flip_power.ts";

// Many tasks.
export { interquartileMean } from "./interquartile_mean.ts";
export { optimalityGap, type OptimalityGapOptions } from "./optimality_gap.ts";
export { performanceProfiles, performanceRatios } from "./performance_profile.ts";
export { probabilityOfImprovement } from "./probability_of_improvement.ts";
export { scoreDistribution } from "./score_distribution.ts";
export { swapTest, type SwapTestOptions } from "./swap_test.ts";

// Budgets and time.
export { expectedBest, type ExpectedBestOptions } from "./expected_best.ts";
export { kaplanMeier, type SurvivalStep } from "./kaplan_meier.ts";
export { type TargetTime, targetTime, type TargetTimeOptions } from "./target_time.ts";
export { type TimeToTarget, timeToTarget, type TimeToTargetOptions } from "./time_to_target.ts";

// Correlations.
export { type Correlation, kendall, type RankCorrelationOptions, spearman } from "./rank_correlation.ts";
