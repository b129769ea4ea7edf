/**
 * The gain of trials: of the best of k of them, and of the best of all over the first.
 *
 * @module
 */
import type { Trial } from "../../../comparison/mod.ts";
import { expectedBest, mean } from "../../../statistics/mod.ts";
import type { BenchmarkData, BenchmarkedProblem } from "../data.ts";
import { optimizersOf } from "./runs.ts";
import { normOf, scoreOf } from "./scores.ts";
import { trialValues } from "./trial_values.ts";

/** The gain of an optimizer's trials on a problem, by validation scores in percent of the way to the target. */
export interface Tunability {
  readonly problem: string;
  readonly optimizer: string;
  /** The score of the first trial. */
  readonly first: number;
  /** The best score of all trials less that of the first. */
  readonly gain: number;
  /** The expected best score of 1, 2, ... trials drawn from those made. */
  readonly expected: readonly number[];
}

/** Returns whether trials differ in their learning rates alone. */
export function rateOnly(trials: readonly Trial[]): boolean {
  return trials.every(({ setting }) => Object.keys(setting).every((name) => name === "learningRate"));
}

/** Returns the tunability of each optimizer on each problem that has scores and two trials or more. */
export function tunabilityOf(data: BenchmarkData): Tunability[] {
  return data.problems.flatMap((problem) => {
    const norm = normOf(problem, "validation");
    if (typeof norm === "string") return [];
    return optimizersOf(data).flatMap((optimizer) => {
      const scores = trialScores(problem, optimizer, (v) => 100 * scoreOf(v, norm));
      if (scores.length < 2) return [];
      return [{
        problem: problem.problem,
        optimizer,
        first: scores[0]!,
        gain: Math.max(...scores) - scores[0]!,
        expected: scores.map((_, i) => expectedBest(scores, { trials: i + 1 })),
      }];
    });
  });
}

/** Returns the score of each trial's mean value. A trial of which a training diverged counts as untrained. */
function trialScores(
  problem: BenchmarkedProblem,
  optimizer: string,
  score: (value: number) => number,
): number[] {
  return (problem.compared.trials[optimizer] ?? []).flatMap((trial) => {
    const values = trialValues(problem, trial);
    if (values === null) return [];
    return [score(values.every(Number.isFinite) ? mean(values) : NaN)];
  });
}
