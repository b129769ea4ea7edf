/**
 * The runs of a problem: their values of its metric, on the validation and the test set.
 *
 * @module
 */
import type { Arm, Evaluated } from "../../../comparison/mod.ts";
import type { BenchmarkData, BenchmarkedProblem } from "../data.ts";

/** Returns the names of all optimizers, in the order of their first problem. */
export function optimizersOf({ problems }: Pick<BenchmarkData, "problems">): string[] {
  const names = problems.flatMap((p) => [
    ...p.compared.arms.map((a) => a.optimizer),
    ...Object.keys(p.refused),
  ]);
  return [...new Set(names)];
}

/** Returns the problems that take some optimizer: one where each fails, as on a device that lacks an operator, tells none apart. */
export function trainedProblems({ problems }: Pick<BenchmarkData, "problems">): BenchmarkedProblem[] {
  return problems.filter((p) => p.compared.arms.length > 0);
}

/** Returns the arm of an optimizer; `undefined` if the problem cannot take it. */
export function armOn({ compared: { arms } }: BenchmarkedProblem, optimizer: string): Arm | undefined {
  return arms.find((a) => a.optimizer === optimizer);
}

/** Returns the value of the problem's metric at an evaluation; `NaN` where the set has no score. */
export function metricAt(
  { scores }: Evaluated,
  { metric, set }: { metric: BenchmarkedProblem["metric"]; set: "validation" | "test" },
): number {
  return scores[set]?.[metric] ?? NaN;
}

/** Returns the value after the last step on the test set, seed by seed; `NaN` for a run that diverged. */
export function finalValues({ metric }: BenchmarkedProblem, { runs }: Arm): number[] {
  return runs.map((r) => (r.diverged ? NaN : metric === "accuracy" ? r.testAccuracy : r.testLoss));
}

/**
 * Returns the best validation value along each run, seed by seed; `NaN` for a run that diverged. That of the untrained model
 * is no result of a run.
 */
export function bestValues({ metric, direction }: BenchmarkedProblem, { runs, points }: Arm): number[] {
  const best = direction === "maximize" ? Math.max : Math.min;
  return runs.map((run, i) => {
    const trained = (points[i] ?? []).filter((p) => p.step > 0);
    const values = trained.map((p) => metricAt(p, { metric, set: "validation" }));
    // Without evaluations the extreme is infinite, and with one that is no number it is none.
    const value = best(...values);
    return run.diverged || !Number.isFinite(value) ? NaN : value;
  });
}

/** Returns how many runs of an arm have no result: they diverged. */
export function divergedRuns(problem: BenchmarkedProblem, arm: Arm): number {
  const [best, final] = [bestValues(problem, arm), finalValues(problem, arm)];
  return arm.runs.filter((_, i) => !Number.isFinite(best[i]) || !Number.isFinite(final[i])).length;
}
