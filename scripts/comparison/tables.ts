/**
 * Tables of comparisons, and the rows of their `metrics.csv`.
 *
 * @module
 */
import { csvFile, type ResultTable, type RunFile } from "../report/mod.ts";
import { seedsText } from "../cli/mod.ts";
import { CONFIDENCE, mean, plusMinus, shortText } from "../statistics/mod.ts";
import { required } from "../../options/mod.ts";
import { type Arm, type Compared, type Measure, scoreOn, testMeasure, valuesOf } from "./arms.ts";
import { compareArms, divergedText } from "./decide.ts";

/** The columns of `metrics.csv` of a comparison. */
export const COMPARED_COLUMNS = [
  "optimizer",
  "learningRate",
  "seed",
  "epoch",
  "step",
  "trainLoss",
  "validationLoss",
  "validationAccuracy",
  "testLoss",
  "testAccuracy",
];

/** Returns the rows of `metrics.csv`: one for each evaluation. */
export function comparedRows({ arms }: Compared): object[] {
  return arms.flatMap(({ optimizer, learningRate, runs, points }) =>
    runs.flatMap(({ seed }, i) =>
      required(points, i, "evaluations of run").map((point) => {
        const score = (set: string) => scoreOn(point, set);
        const [train, validation, test] = [score("train"), score("validation"), score("test")];
        return {
          optimizer,
          learningRate,
          seed,
          epoch: point.epoch,
          step: point.step,
          trainLoss: train.loss,
          validationLoss: validation.loss,
          validationAccuracy: validation.accuracy,
          testLoss: test.loss,
          testAccuracy: test.accuracy,
        };
      })
    )
  );
}

/** Returns the file `metrics.csv` of a comparison. */
export function comparedFile(compared: Compared): RunFile {
  const columns = testMeasure(compared) === "testAccuracy"
    ? COMPARED_COLUMNS
    : COMPARED_COLUMNS.filter((c) => !c.endsWith("Accuracy"));
  return csvFile("metrics.csv", { rows: comparedRows(compared), columns });
}

/** Returns a table with a row for each arm. */
export function comparedTable({ arms }: Compared, title?: string): ResultTable {
  const seeds = arms[0]?.runs.length ?? 0;
  const accuracies = testMeasure({ arms }) === "testAccuracy";
  return {
    ...(title === undefined ? {} : { title }),
    header: [
      "optimizer",
      "learning rate",
      "train loss",
      "validation loss",
      "test loss",
      ...(accuracies ? ["test accuracy"] : []),
      "s a run",
    ],
    rows: arms.map((arm) => [
      arm.optimizer,
      shortText(arm.learningRate),
      ...(["trainLoss", "validationLoss", "testLoss"] as const).map((m) =>
        plusMinus(valuesOf(arm, m), (v) => v.toFixed(4))
      ),
      ...(accuracies
        ? [plusMinus(valuesOf(arm, "testAccuracy").map((v) => 100 * v), (v) => v.toFixed(2), { unit: "%" })]
        : []),
      mean(arm.runs.map((r) => r.seconds)).toFixed(2),
    ]),
    note: `Means and standard deviations over ${seedsText(seeds)}.`,
  };
}

/** Returns a table of the differences of all arms from one, with intervals and p-values. */
export function pairedTable(
  { arms }: Compared,
  { against, measure, title }: { against: Arm; measure: Measure; title: string },
): ResultTable {
  // Accuracies differ by points, as in the claims.
  const factor = measure === "testAccuracy" ? 100 : 1;
  const text = (difference: number) => (factor * difference).toPrecision(3);
  return {
    title,
    header: ["optimizer", factor === 1 ? "difference" : "points", `${100 * CONFIDENCE}% interval`, "p"],
    rows: arms.filter((a) => a !== against).map((arm) => {
      const c = compareArms(arm, against, { measure });
      return c === null ? [arm.name, "", divergedText([arm, against]), ""] : [
        arm.name,
        text(c.value),
        `${text(c.low)} to ${text(c.high)}`,
        c.p.toPrecision(2),
      ];
    }),
    note:
      "Means of the differences over the seeds, pair by pair; intervals by the bootstrap over pairs, p-values by " +
      "flipping the signs of the pairs' differences, not corrected for several comparisons.",
  };
}
