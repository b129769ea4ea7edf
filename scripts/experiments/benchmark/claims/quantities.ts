/**
 * The quantities by which the results of a problem are compared: accuracies in points, losses by their ratio.
 *
 * @module
 */
import { accuracy, type Asked, loss, numbers, type Quantity, SMALLEST } from "../../../decision/mod.ts";
import type { BenchmarkedProblem } from "../data.ts";
import { finalValues } from "../results/runs.ts";
import { normOf } from "../results/scores.ts";
import { trialValues } from "../results/trial_values.ts";

/** The values that are compared: the test values after the last step, or the validation values of the trials. */
export type ValuesOf = "final" | "trials";

/**
 * Returns the quantity by which values of a problem are compared. Losses that are not all above 0, such as those of a noisy
 * function, have no ratios: they are compared by their differences, of which a hundredth of the way from the untrained model
 * to the target matters. What is chosen by the trials must not depend on test values, so each has a quantity of its own.
 */
export function quantityOn(
  problem: BenchmarkedProblem,
  { of, ...asked }: Asked & { readonly of: ValuesOf },
): Quantity {
  if (problem.metric === "accuracy") return accuracy(asked);
  const losses = lossesOf(problem, of).filter(Number.isFinite);
  if (losses.every((v) => v > 0)) return loss(asked);
  const share = (asked.effect ?? SMALLEST.loss) / 100;
  const way = wayOn(problem, losses);
  return numbers("of the loss", { better: "lower", smallest: way > 0 ? share * way : share });
}

function lossesOf(problem: BenchmarkedProblem, of: ValuesOf): readonly number[] {
  const { arms, trials } = problem.compared;
  return of === "final"
    ? arms.flatMap((arm) => finalValues(problem, arm))
    : Object.values(trials).flat().flatMap((t) => trialValues(problem, t) ?? []);
}

/** Returns the validation loss that a problem's target is below the untrained model; without one, the range of the losses. */
function wayOn(problem: BenchmarkedProblem, losses: readonly number[]): number {
  const norm = normOf(problem, "validation");
  if (typeof norm === "string") return Math.max(...losses) - Math.min(...losses);
  return norm.untrained - norm.reference;
}
