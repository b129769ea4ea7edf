/**
 * The measures in `metrics.csv`: their names, and how they are shown.
 *
 * @module
 */

/** What `metrics.csv` may measure, in words, and whether it is drawn on a logarithmic scale. */
export const MEASURES: Readonly<Record<string, { text: string; log: boolean }>> = {
  loss: { text: "loss", log: true },
  batchLoss: { text: "loss of the batch", log: true },
  trainLoss: { text: "training loss", log: true },
  validationLoss: { text: "validation loss", log: true },
  testLoss: { text: "test loss", log: true },
  testAccuracy: { text: "test accuracy", log: false },
};

/** What tells the trainings within a run apart, apart from texts. */
export const SETTINGS = ["learningRate", "batchSize", "n"];

/** A number in four digits; a text as it is. */
export function short(value: number | string): string {
  const v = Number(value);
  return Number.isNaN(v) && value !== "NaN" && typeof value === "string"
    ? value
    : String(Number(v.toPrecision(4)));
}
