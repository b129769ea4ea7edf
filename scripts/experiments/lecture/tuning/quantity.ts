/**
 * What `tuning` compares: accuracies, or the losses of a task without accuracies.
 *
 * @module
 */
import { testMeasure } from "../../../comparison/mod.ts";
import { accuracy, type Asked, loss, type Quantity } from "../../../decision/mod.ts";
import type { TuningData } from "./data.ts";

/** The measure on the validation part. */
export type TuningMeasure = "accuracy" | "loss";

/** Returns what the runs are compared by. */
export function measureOf({ compared }: Pick<TuningData, "compared">): TuningMeasure {
  return testMeasure(compared) === "testAccuracy" ? "accuracy" : "loss";
}

/** Returns gains as a quantity, the higher the better: of accuracies in points, of losses the factor by which they fall. */
export function quantityOf(measure: TuningMeasure, asked: Asked = {}): Quantity {
  return measure === "accuracy" ? accuracy(asked) : { ...loss(asked), better: "higher" };
}

/**
 * Returns a run's score, the higher the better: its accuracy, or the negative logarithm of its loss, so that differences
 * of scores are ratios of losses.
 */
export function scoreOf(
  measure: TuningMeasure,
  run: { readonly validationAccuracy: number; readonly validationLoss: number },
): number {
  return measure === "accuracy" ? run.validationAccuracy : -Math.log(run.validationLoss);
}

/** Returns the score as text: `97.50%`, or the loss. */
export function scoreText(measure: TuningMeasure, score: number): string {
  return measure === "accuracy" ? `${(100 * score).toFixed(2)}%` : Math.exp(-score).toPrecision(4);
}

/** Returns a difference of scores as text: `1.20 points`, or `1.20 times`. */
export function gainText(measure: TuningMeasure, gain: number): string {
  return measure === "accuracy"
    ? `${(100 * gain).toFixed(2)} points`
    : `${Math.exp(gain).toPrecision(3)} times`;
}
