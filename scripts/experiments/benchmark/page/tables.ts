/**
 * The tables of the benchmark's problems.
 *
 * @module
 */
import type { ResultTable } from "../../../report/mod.ts";
import { seedsText } from "../../../cli/mod.ts";
import type { BenchmarkData, BenchmarkedProblem } from "../data.ts";
import type { Interval } from "../results/intervals.ts";
import { printedOf } from "../results/printed.ts";
import type { ProblemRow } from "../results/rows.ts";
import type { ToTarget } from "../results/target_rows.ts";
import { countOf, shortNumbers, shortText } from "../../../statistics/mod.ts";

/** Returns the title of a problem's table, which is that of its section in the report. */
export function sectionOf({ problem, title }: Pick<BenchmarkedProblem, "problem" | "title">): string {
  return `${problem}: ${title}`;
}

/** Returns the table of a problem, with a row for each optimizer. */
export function problemTable(
  problem: BenchmarkedProblem,
  { rows, config }: { rows: readonly ProblemRow[]; config: BenchmarkData["config"] },
): ResultTable {
  const own = rows.filter((r) => r.problem === problem.problem);
  const { target, metric } = problem;
  // Texts of optimizers that name their rates need no column for them.
  const rates = own.every((r) => r.trials <= 1) && !own.every((r) => /learningRate=/.test(r.optimizer));
  return {
    title: sectionOf(problem),
    section: sectionOf(problem),
    header: [
      "optimizer",
      `final test ${metric}`,
      `best validation ${metric}`,
      ...(target === null ? [] : ["steps to target", "reached", "time to target"]),
      ...(rates ? ["learning rate"] : []),
    ],
    rows: own.map((row) => [
      row.optimizer,
      valueText(row, row.final),
      valueText(row, row.best),
      ...(target === null ? [] : [
        medianText(row.stepsToTarget, (v) => v.toLocaleString("en-US")),
        row.stepsToTarget === null ? "" : `${row.stepsToTarget.reached} of ${row.stepsToTarget.of}`,
        row.secondsToTarget === null && row.refused === undefined
          ? "undecided"
          : timeText(row.secondsToTarget),
      ]),
      ...(rates ? [rateText(row)] : []),
    ]),
    note: [
      problem.about,
      [
        `${countOf(problem.epochs, "epoch")} of ${
          problem.stepsPerEpoch.toLocaleString("en-US")
        } steps, batches of ` +
        `${problem.batchSize}.`,
        `${problem.direction === "maximize" ? "Higher" : "Lower"} is better; means over ${
          seedsText(config.seeds.length)
        }${config.seeds.length > 1 ? " ± half of their intervals (95 %, Student)" : ""}.`,
      ].join(" "),
      ...targetText(problem),
      ...undecidedText(own),
      ...machinesText(problem),
      ...(config.published
        ? [
          "These runs took the same batches in every epoch, and trained on the validation examples too, as the published " +
          "ones did: their validation values are of examples that were trained on.",
        ]
        : []),
    ].join("\n"),
  };
}

/** Returns what the target is, and what a time to it is. */
function targetText(problem: BenchmarkedProblem): string[] {
  const { target, metric } = problem;
  if (target === null) return [];
  return [
    `Target: a validation ${metric} of ${numberText(problem, target.value)}, fixed before these runs: ${
      shortNumbers(target.from)
    }. Steps and times to the first evaluation that reaches it: medians over the seeds with their intervals (95 %), ∞ ` +
    "where more than the runs show.",
  ];
}

/** Returns a median time, in milliseconds if it is less than 0.1 s, with two digits or all of its whole part. */
function timeText(of: ToTarget | null): string {
  const [factor, unit] = (of?.median ?? 1) < 0.1 ? [1000, "ms"] : [1, "s"];
  const text = (seconds: number) => {
    const value = factor * seconds;
    return value >= 10 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(2);
  };
  return medianText(of, text, ` ${unit}`);
}

/** Returns why seconds are undecided, each reason once. */
function undecidedText(rows: readonly ProblemRow[]): string[] {
  return rows.flatMap(({ optimizer, refused, secondsUndecided, stepsToTarget }) =>
    refused !== undefined || secondsUndecided === undefined || stepsToTarget === null
      ? []
      : [`Seconds of ${optimizer} are undecided: ${secondsUndecided}.`]
  );
}

/** Returns where the runs were trained, and how long; that seconds cannot be compared if it was on several machines. */
function machinesText({ target, machines, compared, resumed }: BenchmarkedProblem): string[] {
  const names = [...new Set(Object.values(machines))];
  if (names.length === 0) return [];
  const several = target === null || names.length < 2
    ? []
    : [`Seconds are from ${names.length} machines, so they cannot be compared.`];
  const seconds = compared.arms.flatMap((a) => a.points.map((run) => run.at(-1)?.seconds ?? NaN));
  const measured = seconds.every(Number.isFinite) && !Object.values(resumed).flat().includes(true);
  const time = measured
    ? `, ${durationText(seconds.reduce((sum, s) => sum + s, 0))} in all without trials and evaluations`
    : "";
  return [[`Trained on ${names.join("; ")}${time}.`, ...several].join(" ")];
}

/** Returns a time in seconds, minutes or hours, with two digits or all of its whole part. */
function durationText(seconds: number): string {
  const [value, unit] = seconds < 120
    ? [seconds, "s"]
    : seconds < 7200
    ? [seconds / 60, "minutes"]
    : [seconds / 3600, "hours"];
  return `${value >= 10 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(2)} ${unit}`;
}

/** Returns a number of the metric: `97.35%`, or a loss with four digits. */
function numberText({ metric }: Pick<ProblemRow, "metric">, value: number): string {
  return metric === "accuracy" ? `${(100 * value).toFixed(2)}%` : shortText(value, 4);
}

function rateText({ best: { hyperparameters: { learningRate } } }: ProblemRow): string {
  return typeof learningRate === "number" ? shortText(learningRate) : "";
}

function valueText({ metric, diverged, seeds, refused }: ProblemRow, of: Interval): string {
  if (refused !== undefined) return `cannot be used: ${refused}`;
  const printed = printedOf(of, metric === "accuracy" ? 100 : 1);
  if (printed === undefined) return `${diverged} of ${seeds} diverged`;
  const { mean, half, power } = printed;
  const unit = `${power === 0 ? "" : `e${power}`}${metric === "accuracy" ? "%" : ""}`;
  return half === undefined ? `${mean}${unit}` : `${mean}${unit} ± ${half}${unit}`;
}

function medianText(of: ToTarget | null, text: (value: number) => string, unit = ""): string {
  if (of === null) return "";
  if (of.median === null) return "not reached";
  const ends = of.low === null ? "" : ` (${text(of.low)} to ${of.high === null ? "∞" : text(of.high)})`;
  return `${text(of.median)}${unit}${of.low === of.high && of.low === of.median ? "" : ends}`;
}
