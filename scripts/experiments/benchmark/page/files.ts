/**
 * The CSV files of the benchmark. Measured seconds have columns of their own, so all others are the same after a resume.
 *
 * @module
 */
import {
  COMPARED_COLUMNS,
  comparedRows,
  searchedNames,
  settingText,
  type Trial,
  trialRows,
} from "../../../comparison/mod.ts";
import { csvFile, type RunFile } from "../../../report/mod.ts";
import type { BenchmarkData } from "../data.ts";
import type { ProblemRow } from "../results/rows.ts";
import { trialValues } from "../results/trial_values.ts";

/** Returns `metrics.csv`: a row for each evaluation of each run. A loss without an accuracy leaves its fields empty. */
export function metricsFile({ problems }: BenchmarkData): RunFile {
  const rows = problems.flatMap(({ problem, compared }) => {
    const seconds = compared.arms.flatMap((a) => a.points.flatMap((p) => p.map((e) => e.seconds)));
    return comparedRows(compared).map((row, i) => ({ problem, ...withoutNaN(row), seconds: seconds[i]! }));
  });
  return csvFile("metrics.csv", { rows, columns: ["problem", ...COMPARED_COLUMNS, "seconds"] });
}

/** Leaves out accuracies that a loss does not have; a loss that is not a number stays. */
function withoutNaN(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([k, v]) => [k, k.endsWith("Accuracy") && Number.isNaN(v) ? "" : v]),
  );
}

const RESULT_COLUMNS = [
  "problem",
  "metric",
  "direction",
  "optimizer",
  "trials",
  "seeds",
  "diverged",
  "refused",
  "hyperparameters",
  "bestValidation",
  "bestValidationLow",
  "bestValidationHigh",
  "finalTest",
  "finalTestLow",
  "finalTestHigh",
  "stepsToTarget",
  "stepsToTargetLow",
  "stepsToTargetHigh",
  "reached",
  "secondsToTarget",
  "secondsToTargetLow",
  "secondsToTargetHigh",
  "secondsUndecided",
  "goodRatesLow",
  "goodRatesHigh",
];

/** Returns `results.csv`: a row for each problem and optimizer; a field without a number is empty. */
export function resultsFile(rows: readonly ProblemRow[]): RunFile {
  return csvFile("results.csv", {
    columns: RESULT_COLUMNS,
    rows: rows.map(({ best, final, stepsToTarget: steps, secondsToTarget: seconds, ...row }) => ({
      ...row,
      hyperparameters: settingText(best.hyperparameters as Parameters<typeof settingText>[0]),
      ...fieldsOf("bestValidation", best),
      ...fieldsOf("finalTest", final),
      ...fieldsOf("stepsToTarget", steps),
      reached: steps?.reached,
      ...fieldsOf("secondsToTarget", seconds),
      goodRatesLow: row.goodRates?.low,
      goodRatesHigh: row.goodRates?.high,
    })),
  });
}

/** Returns a value and the ends of its interval as fields. */
function fieldsOf(
  name: string,
  of: {
    readonly value?: number | null;
    readonly median?: number | null;
    low: number | null;
    high: number | null;
  } | null,
): object {
  return {
    [name]: of?.value ?? of?.median,
    [`${name}Low`]: of?.low,
    [`${name}High`]: of?.high,
  };
}

/** Returns `trials.csv`: a row for each training of each trial; none if nothing was tried. */
export function trialFiles({ problems, config: { tuningSeeds } }: BenchmarkData): RunFile[] {
  const names = searchedNames(problems.flatMap((p) => Object.values(p.compared.trials).flat()));
  if (names.length === 0) return [];
  const rows = problems.flatMap((told) => {
    const { problem, metric, compared } = told;
    const accuracies = (trial: Trial) => metric === "accuracy" ? trialValues(told, trial) : null;
    const fields = (trial: Trial, k: number) => ({ problem, validationAccuracy: accuracies(trial)?.[k] });
    return trialRows(compared.trials, { tuningSeeds, fields });
  });
  return [csvFile("trials.csv", {
    rows,
    columns: ["problem", "optimizer", "trial", ...names, "seed", "validationLoss", "validationAccuracy"],
  })];
}
