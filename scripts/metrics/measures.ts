/**
 * The measures in `metrics.csv`: their names, and how they are shown.
 *
 * @module
 */

/** A measure: the label of its axis, whether that is logarithmic, and whether less or more of it is better. */
export interface Measure {
  readonly text: string;
  readonly log: boolean;
  readonly goal: "min" | "max";
}

function loss(text: string): Measure {
  return { text, log: true, goal: "min" };
}

function accuracy(text: string): Measure {
  return { text, log: false, goal: "max" };
}

/** The measures by column of `metrics.csv`. */
export const MEASURES: Readonly<Record<string, Measure>> = {
  loss: loss("loss"),
  batchLoss: loss("loss of the batch"),
  trainLoss: loss("training loss"),
  validationLoss: loss("validation loss"),
  validationAccuracy: accuracy("validation accuracy"),
  testLoss: loss("test loss"),
  testAccuracy: accuracy("test accuracy"),
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
