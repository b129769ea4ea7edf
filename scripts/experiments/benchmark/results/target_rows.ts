/**
 * Steps and seconds until the runs of an arm reach the target of their problem.
 *
 * @module
 */
import type { Arm } from "../../../comparison/mod.ts";
import { type TargetTime, targetTime, timeToTarget } from "../../../statistics/mod.ts";
import { seedsText } from "../../../cli/mod.ts";
import type { BenchmarkedProblem } from "../data.ts";
import { finiteOrNull, medianInterval } from "./intervals.ts";
import { metricAt } from "./runs.ts";

/** The time to a target over the seeds of an arm. */
export interface ToTarget {
  /** The Kaplan-Meier median; `null` if fewer than half of the runs reached the target. */
  readonly median: number | null;
  /** Its interval (95 %) by order statistics; an end is `null` if it lies beyond the runs, or there are too few seeds. */
  readonly low: number | null;
  readonly high: number | null;
  /** Number of runs that reached the target. */
  readonly reached: number;
  /** Number of all runs. */
  readonly of: number;
}

/** Seconds to the target, or why they are undecided. */
export interface Seconds {
  readonly secondsToTarget: ToTarget | null;
  readonly secondsUndecided?: string;
}

/** The time of a run by which it reached the target, or until which it did not. */
function timesOf(
  { metric, direction, target }: BenchmarkedProblem,
  { points, runs }: Arm,
  clock: "step" | "seconds",
): TargetTime[] {
  return runs.map((_, i) => {
    // The evaluation before the first step is no result of a training.
    const trained = (points[i] ?? []).filter((p) => p.step > 0);
    if (trained.length === 0) return { time: 0, reached: false };
    return targetTime(trained.map((p) => metricAt(p, { metric, set: "validation" })), {
      target: target!.value,
      larger: direction === "maximize",
      times: trained.map((p) => p[clock]),
    });
  });
}

/**
 * Returns the median of times. A run that did not reach the target used its whole budget or diverged, so it was not
 * stopped at random: it counts as unreached at the last time of all.
 */
function summed(times: readonly TargetTime[]): ToTarget {
  const last = Math.max(...times.map((t) => t.time));
  const seen = times.map((t) => (t.reached ? t : { time: last, reached: false }));
  const reached = times.filter((t) => t.reached).length;
  // Runs without a single evaluation have no horizon.
  const median = reached === 0 ? Infinity : timeToTarget(seen, { horizon: Math.max(last, 1e-9) }).median;
  return {
    median: finiteOrNull(median),
    ...medianInterval(times.map((t) => (t.reached ? t.time : Infinity))),
    reached,
    of: times.length,
  };
}

/** Returns the steps to the first evaluation that reaches the target; `null` if the problem has no target. */
export function stepsToTarget(problem: BenchmarkedProblem, arm: Arm): ToTarget | null {
  return problem.target === null ? null : summed(timesOf(problem, arm, "step"));
}

/** Returns the seconds to the target. They are undecided if a training was interrupted and resumed. */
export function secondsToTarget(problem: BenchmarkedProblem, arm: Arm): Seconds {
  if (problem.target === null) {
    return { secondsToTarget: null, secondsUndecided: "the problem has no target" };
  }
  const resumed = (problem.resumed[arm.optimizer] ?? []).filter(Boolean).length;
  if (resumed > 0) {
    return {
      secondsToTarget: null,
      secondsUndecided: `${resumed} of ${
        seedsText(arm.runs.length)
      } were interrupted and resumed: run it again without a break to measure seconds`,
    };
  }
  return { secondsToTarget: summed(timesOf(problem, arm, "seconds")) };
}
