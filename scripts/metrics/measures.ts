/**
 * The measures in `metrics.csv`: their names, and how they are shown.
 *
 * @module
 */

/** The measures by column of `metrics.csv`: the label of the axis, and whether its scale is logarithmic. */
export const MEASURES: Readonly<Record<string, { text: string; log: boolean }>> = {
  loss: { text: "loss", log: true },
  batchLoss: { text: "loss of the batch", log: true },
  trainLoss: { text: "training loss", log: true },
  validationLoss: { text: "validation loss", log: true },
  validationAccuracy: { text: "validation accuracy", log: false },
  testLoss: { text: "test loss", log: true },
  testAccuracy: { text: "test accuracy", log: false },
};

/** The numeric columns that distinguish the trainings of a run; columns of text do so too. */
export const SETTINGS = ["learningRate", "batchSize", "n"];

/** Returns a number in four significant digits, a text unchanged. */
export function short(value: number | string): string {
  const v = Number(value);
  return Number.isNaN(v) && value !== "NaN" && typeof value === "string"
    ? value
    : String(Number(v.toPrecision(4)));
}
