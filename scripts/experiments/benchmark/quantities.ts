/**
 * How the results of a problem are compared: accuracies in points, losses by their ratio.
 *
 * @module
 */
import { accuracy, type Asked, loss, numbers, type Quantity, SMALLEST } from "../../decision/mod.ts";
import type { BenchmarkedProblem } from "./data.ts";
import { finalValues } from "./runs.ts";
import { trialValues } from "./trial_values.ts";

/**
 * Returns the quantity of a problem's metric. Losses that are not all above 0, such as those of a noisy function, have no
 * ratios: they are compared by their differences, of which a hundredth of the range of the results matters.
 */
export function quantityOn(problem: BenchmarkedProblem, asked: Asked = {}): Quantity {
  if (problem.metric === "accuracy") return accuracy(asked);
  const { arms, trials } = problem.compared;
  const losses = [
    ...arms.flatMap((arm) => finalValues(problem, arm)),
    ...Object.values(trials).flat().flatMap((t) => trialValues(problem, t) ?? []),
  ].filter(Number.isFinite);
  if (losses.every((v) => v > 0)) return loss(asked);
  const range = Math.max(...losses) - Math.min(...losses);
  const share = (asked.effect ?? SMALLEST.loss) / 100;
  return numbers("of the loss", { better: "lower", smallest: range > 0 ? share * range : share });
}
