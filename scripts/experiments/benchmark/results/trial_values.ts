/**
 * The validation values of trials: what settings, and the candidates of claims, are chosen by.
 *
 * @module
 */
import type { Trial } from "../../../comparison/mod.ts";
import type { Quantity } from "../../../decision/mod.ts";
import { deviation, mean } from "../../../statistics/mod.ts";
import type { BenchmarkedProblem } from "../data.ts";

/** Returns the values of the problem's metric by tuning seed, not finite where one diverged; `null` if they were not kept. */
export function trialValues(
  { metric }: Pick<BenchmarkedProblem, "metric">,
  trial: Trial,
): readonly number[] | null {
  if (metric === "loss") return trial.losses;
  // An accuracy of a run that diverged is finite, but means nothing.
  return trial.accuracies?.map((a, i) => (Number.isFinite(trial.losses[i]) ? a : NaN)) ?? null;
}

/** Returns the values of the best trial of an optimizer, the first of equal ones; `null` without trials. */
export function chosenValues(problem: BenchmarkedProblem, optimizer: string): readonly number[] | null {
  const tried = (problem.compared.trials[optimizer] ?? []).flatMap((t) => {
    const values = trialValues(problem, t);
    return values === null ? [] : [values];
  });
  return tried.length === 0 ? null : bestOf(tried, problem);
}

/** Returns the values with the best mean, the first of equal ones; those that are not finite are the worst. */
export function bestOf<T extends readonly number[]>(
  all: readonly T[],
  { direction }: Pick<BenchmarkedProblem, "direction">,
): T {
  const sign = direction === "maximize" ? 1 : -1;
  const level = (values: readonly number[]) =>
    values.every(Number.isFinite) ? sign * mean(values) : -Infinity;
  return all.reduce((best, values) => (level(values) > level(best) ? values : best));
}

/** A lead of more deviations counts as this: problems with little noise are not preferred to others with a clear lead. */
const MOST_LEAD = 10;

/** Returns how far one optimizer is ahead of another in the trials of a problem. */
export type Lead = (a: string, b: string) => number;

/**
 * Returns how far an optimizer is ahead of another by the chosen trials of a problem: the difference of their means over
 * the tuning seeds, in standard deviations of a trial over those seeds (or in smallest differences that matter, if those
 * are larger), positive if the first is better; 0 where there is no trial. Final runs have other seeds, so what is chosen by
 * leads can be tested on them as if it had been named beforehand.
 */
export function leadOn(problem: BenchmarkedProblem, { scale, better, smallest }: Quantity): Lead {
  const names = problem.compared.arms.map((a) => a.optimizer);
  const chosen = new Map(names.flatMap((o) => {
    const values = chosenValues(problem, o);
    return values === null ? [] : [[o, values.map((v) => (Number.isFinite(v) ? scale.of(v) : NaN))] as const];
  }));
  const unit = Math.max(smallest, noiseOf([...chosen.values()]));
  const sign = better === "higher" ? 1 : -1;
  const level = (o: string) => {
    const values = chosen.get(o);
    if (values === undefined) return NaN;
    return values.every(Number.isFinite) ? sign * mean(values) / unit : -Infinity;
  };
  return (a, b) => {
    const lead = level(a) - level(b);
    return Number.isNaN(lead) ? 0 : Math.max(-MOST_LEAD, Math.min(MOST_LEAD, lead));
  };
}

/** Returns the standard deviation over the tuning seeds, pooled over optimizers; 0 if there is one seed. */
function noiseOf(all: readonly (readonly number[])[]): number {
  const finite = all.filter((values) => values.length > 1 && values.every(Number.isFinite));
  return finite.length === 0 ? 0 : Math.sqrt(mean(finite.map((values) => deviation(values) ** 2)));
}
