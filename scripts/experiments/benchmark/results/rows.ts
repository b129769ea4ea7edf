/**
 * The results of the benchmark: a row for each problem and optimizer, as `--json` and `results.csv` show them.
 *
 * @module
 */
import { type GoodRates, goodRates, type Trial } from "../../../comparison/mod.ts";
import type { Setting } from "../../../lab/search/mod.ts";
import type { BenchmarkData, BenchmarkedProblem } from "../data.ts";
import { type Interval, meanInterval, NO_INTERVAL } from "./intervals.ts";
import { armOn, bestValues, divergedRuns, finalValues, optimizersOf } from "./runs.ts";
import { type Seconds, secondsToTarget, stepsToTarget, type ToTarget } from "./target_rows.ts";
import { rateOnly } from "./tunability.ts";

export { type Profiles, profiles } from "./profiles.ts";

/** The results of an optimizer on a problem. */
export interface ProblemRow extends Seconds {
  readonly problem: string;
  readonly metric: BenchmarkedProblem["metric"];
  readonly direction: BenchmarkedProblem["direction"];
  readonly optimizer: string;
  /** Number of settings that were tried; 0 if none was. */
  readonly trials: number;
  readonly seeds: number;
  /** Number of seeds that diverged; with any, there are no means. */
  readonly diverged: number;
  /** The reason why the problem cannot take the optimizer; absent if it can. */
  readonly refused?: string;
  /**
   * The setting that validation chose, and the mean over the seeds of the best validation value along each run, with
   * Student's interval (95 %).
   */
  readonly best: Interval & { readonly hyperparameters: Setting };
  /** The mean test value after the last step over the seeds, with Student's interval (95 %). */
  readonly final: Interval;
  /** `null` if the problem has no target. */
  readonly stepsToTarget: ToTarget | null;
  /**
   * The rates around that of the least validation loss of the trials that are about as good; `null` if all diverged.
   * Absent without two trials or more that differ in their rates alone.
   */
  readonly goodRates?: GoodRates | null;
}

/** Returns the results: problems in their order, optimizers in the order of the command line. */
export function problemRows(data: BenchmarkData): ProblemRow[] {
  const optimizers = optimizersOf(data);
  return data.problems.flatMap((problem) => optimizers.flatMap((optimizer) => rowOf(problem, optimizer)));
}

function rowOf(problem: BenchmarkedProblem, optimizer: string): ProblemRow[] {
  const { metric, direction, compared: { trials } } = problem;
  const arm = armOn(problem, optimizer);
  const refused = problem.refused[optimizer];
  const told = { problem: problem.problem, metric, direction, optimizer };
  if (arm === undefined) {
    return refused === undefined ? [] : [{
      ...told,
      trials: 0,
      seeds: 0,
      diverged: 0,
      refused,
      best: { hyperparameters: {}, ...NO_INTERVAL },
      final: NO_INTERVAL,
      stepsToTarget: null,
      secondsToTarget: null,
    }];
  }
  const diverged = divergedRuns(problem, arm);
  const over = (values: readonly number[]) => (diverged > 0 ? NO_INTERVAL : meanInterval(values));
  const { learningRate, hyperparameters } = arm;
  return [{
    ...told,
    trials: trials[optimizer]?.length ?? 0,
    seeds: arm.runs.length,
    diverged,
    best: { hyperparameters: { learningRate, ...hyperparameters }, ...over(bestValues(problem, arm)) },
    final: over(finalValues(problem, arm)),
    stepsToTarget: stepsToTarget(problem, arm),
    ...secondsToTarget(problem, arm),
    ...widthOf(trials[optimizer] ?? []),
  }];
}

function widthOf(trials: readonly Trial[]): Pick<ProblemRow, "goodRates"> {
  return trials.length > 1 && rateOnly(trials) ? { goodRates: goodRates(trials) } : {};
}
