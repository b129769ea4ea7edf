/**
 * Scores that can be compared over problems: 0 for the untrained model, 1 for the target.
 *
 * The target is fixed before the runs, so the score of an optimizer does not depend on what it is compared with. A loss or
 * an accuracy in between counts by its share of the way, and the target itself is what tuned momentum reaches.
 *
 * @module
 */
import type { Arm } from "../../../comparison/mod.ts";
import { mean } from "../../../statistics/mod.ts";
import type { BenchmarkData, BenchmarkedProblem } from "../data.ts";
import { armOn, bestValues, finalValues, metricAt, optimizersOf } from "./runs.ts";

/** The values of a problem's metric that are scored 0 and 1. */
export interface Norm {
  readonly untrained: number;
  readonly reference: number;
  /** The origin of the score 1: the target, or the best mean of the optimizers compared, where the problem has no target. */
  readonly from: "target" | "best";
}

/** The text of the normalization, for tables and captions. */
export const NORMALIZATION =
  "Scores are 0 for the untrained model (the mean before training) and 1 for the target; a run that diverged, or ended " +
  "worse than untrained, counts as 0.";

/** Returns what is scored 0 and 1 on a set; why there are no scores, if the problem has none. */
export function normOf(problem: BenchmarkedProblem, set: "validation" | "test"): Norm | string {
  const { arms } = problem.compared;
  if (arms.length === 0) return "none of the optimizers can be used on it";
  const first = arms.flatMap((a) => a.points.flatMap((p) => p.filter(({ step }) => step === 0)))
    .map((p) => metricAt(p, { metric: problem.metric, set })).filter(Number.isFinite);
  if (first.length === 0) return "no evaluation before training";
  const untrained = mean(first);
  const reference = problem.target?.value ?? bestMean(problem, set);
  const from = problem.target === null ? "best" : "target";
  const better = problem.direction === "maximize" ? reference > untrained : reference < untrained;
  return better ? { untrained, reference, from } : `its ${from} is no better than the untrained model`;
}

/** Returns the best mean over the seeds of an arm; `NaN` if all diverged. */
function bestMean(problem: BenchmarkedProblem, set: "validation" | "test"): number {
  const values = (arm: Arm) => (set === "test" ? finalValues(problem, arm) : bestValues(problem, arm));
  const means = problem.compared.arms.map(values).filter((v) => v.every(Number.isFinite)).map((v) => mean(v));
  if (means.length === 0) return NaN;
  return problem.direction === "maximize" ? Math.max(...means) : Math.min(...means);
}

/** Returns the score of a value: 0 for one that is not finite, or worse than untrained. */
export function scoreOf(value: number, { untrained, reference }: Norm): number {
  if (!Number.isFinite(value)) return 0;
  return Math.max(0, (value - untrained) / (reference - untrained));
}

/** The scores of all optimizers. */
export interface ProblemScores {
  /** The problems that have scores. */
  readonly problems: readonly string[];
  /** By optimizer: `[problem][seed]`, by the test values after the last step. */
  readonly scores: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly norms: Readonly<Record<string, Norm>>;
  /** The reasons why the other problems have none, by name. */
  readonly leftOut: Readonly<Record<string, string>>;
}

/**
 * Returns the scores. An optimizer that a problem cannot take leaves it untrained: 0. One that was not run on each problem,
 * such as the published rules of another, has none.
 */
export function scoresOf(data: BenchmarkData): ProblemScores {
  const known = (optimizer: string) =>
    data.problems.every((p) => armOn(p, optimizer) !== undefined || Object.hasOwn(p.refused, optimizer));
  const found = data.problems.map((problem) => ({ problem, norm: normOf(problem, "test") }));
  const scored = found.flatMap(({ problem, norm }) => (typeof norm === "string" ? [] : [{ problem, norm }]));
  const scoresOn = (optimizer: string) =>
    scored.map(({ problem, norm }) => {
      const arm = armOn(problem, optimizer);
      if (arm === undefined) return data.config.seeds.map(() => 0);
      return finalValues(problem, arm).map((v) => scoreOf(v, norm));
    });
  return {
    problems: scored.map((s) => s.problem.problem),
    scores: Object.fromEntries(optimizersOf(data).filter(known).map((o) => [o, scoresOn(o)])),
    norms: Object.fromEntries(scored.map(({ problem, norm }) => [problem.problem, norm])),
    leftOut: Object.fromEntries(
      found.flatMap(({ problem, norm }) => (typeof norm === "string" ? [[problem.problem, norm]] : [])),
    ),
  };
}
