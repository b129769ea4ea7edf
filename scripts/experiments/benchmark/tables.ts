/**
 * The tables of the benchmark.
 *
 * @module
 */
import type { Setting } from "../../lab/search/mod.ts";
import type { ResultTable } from "../../report/mod.ts";
import type { Estimate } from "../../statistics/mod.ts";
import { seedsText } from "../../cli/mod.ts";
import type { Agreement } from "./agreement.ts";
import type { Aggregate } from "./aggregates.ts";
import type { BenchmarkData, BenchmarkedProblem } from "./data.ts";
import type { Interval } from "./intervals.ts";
import { printedOf } from "./printed.ts";
import { MOST_RATIO, type Profiles } from "./profiles.ts";
import type { ProblemRow } from "./rows.ts";
import { NORMALIZATION, type ProblemScores } from "./scores.ts";
import type { ToTarget } from "./target_rows.ts";
import type { Tunability } from "./tunability.ts";

/** Returns the table of all problems together, with a row for each optimizer; none without scores. */
export function overallTable(
  { aggregates, profiles, agreement, scores, tunability }: {
    aggregates: readonly Aggregate[];
    profiles: Profiles | null;
    agreement: Agreement | null;
    scores: ProblemScores;
    tunability: readonly Tunability[];
  },
): ResultTable[] {
  if (aggregates.length === 0) return [];
  const tuned = tunability.length > 0;
  return [{
    title: `Over ${countText(scores.problems.length, "problem")}`,
    header: [
      "optimizer",
      "interquartile mean",
      "optimality gap",
      ...(profiles === null ? [] : ["profile score"]),
      ...(agreement === null ? [] : ["mean rank"]),
      ...(tuned ? ["gain of tuning"] : []),
    ],
    rows: aggregates.map(({ optimizer, interquartileMean, optimalityGap }) => [
      optimizer,
      estimateText(interquartileMean),
      estimateText(optimalityGap),
      ...(profiles === null ? [] : [profiles.scores[optimizer]!.toFixed(3)]),
      ...(agreement === null ? [] : [rankText(agreement, optimizer)]),
      ...(tuned ? [gainText(tunability.filter((t) => t.optimizer === optimizer))] : []),
    ]),
    note: [
      NORMALIZATION,
      "The interquartile mean is that of all runs, higher is better; the optimality gap is the mean distance to 1, lower " +
      "is better; intervals of 95 % by the bootstrap over the seeds of each problem.",
      ...(profiles === null ? [] : [
        `The profile score is the share of targets reached within 1 to ${MOST_RATIO} times the fewest steps, on average.`,
      ]),
      ...(tuned
        ? [
          "The gain of tuning is that of the best trial over the first, by validation, in hundredths of the way to the target.",
        ]
        : []),
      ...Object.entries(scores.leftOut).map(([problem, why]) => `Without ${problem}: ${why}.`),
      ...Object.entries(scores.norms).flatMap(([problem, norm]) =>
        norm.from === "best" ? [`1 is the best mean on ${problem}, which has no target.`] : []
      ),
    ].join(" "),
  }];
}

function countText(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? "" : "s"}`;
}

function estimateText({ value, low, high }: Estimate): string {
  const interval = Number.isFinite(high - low) ? ` (${low.toFixed(3)} to ${high.toFixed(3)})` : "";
  return `${value.toFixed(3)}${interval}`;
}

function rankText({ optimizers, ranks }: Agreement, optimizer: string): string {
  const at = optimizers.indexOf(optimizer);
  if (at < 0) return "";
  return (ranks.reduce((sum, r) => sum + r[at]!, 0) / ranks.length).toFixed(1);
}

function gainText(own: readonly Tunability[]): string {
  return own.length === 0 ? "" : (own.reduce((sum, t) => sum + t.gain, 0) / own.length).toFixed(1);
}

/** Returns the table of a problem, with a row for each optimizer. */
export function problemTable(
  problem: BenchmarkedProblem,
  { rows, config }: { rows: readonly ProblemRow[]; config: BenchmarkData["config"] },
): ResultTable {
  const own = rows.filter((r) => r.problem === problem.problem);
  const { target } = problem;
  return {
    title: `${problem.problem}: ${problem.title}`,
    header: [
      "optimizer",
      `best validation ${problem.metric}`,
      `final test ${problem.metric}`,
      ...(target === null ? [] : ["steps to target", "reached", "s to target"]),
      "setting",
    ],
    rows: own.map((row) => [
      row.optimizer,
      valueText(row, row.best),
      valueText(row, row.final),
      ...(target === null ? [] : [
        medianText(row.stepsToTarget, (v) => v.toLocaleString("en-US")),
        row.stepsToTarget === null ? "" : `${row.stepsToTarget.reached} of ${row.stepsToTarget.of}`,
        row.secondsToTarget === null && row.refused === undefined
          ? "undecided"
          : medianText(row.secondsToTarget, (v) => v.toPrecision(3)),
      ]),
      shortText(row.best.hyperparameters, Object.keys(problem.spaces[row.optimizer] ?? {})),
    ]),
    note: [
      problem.about,
      `${problem.epochs} epochs of ${
        problem.stepsPerEpoch.toLocaleString("en-US")
      } steps, batches of ${problem.batchSize}; ` +
      `${seedsText(config.seeds.length)}.`,
      `${
        problem.direction === "maximize" ? "Higher" : "Lower"
      } is better; means ± half of their intervals (95 %, Student).`,
      target === null
        ? "It has no target."
        : `Target: a validation ${problem.metric} of ${
          numberText(problem, target.value)
        } (${target.from}); medians over the seeds.`,
      ...undecidedText(own),
      ...machinesText(problem),
    ].join(" "),
  };
}

/** Returns why seconds are undecided, each reason once. */
function undecidedText(rows: readonly ProblemRow[]): string[] {
  return rows.flatMap(({ optimizer, refused, secondsUndecided, stepsToTarget }) =>
    refused !== undefined || secondsUndecided === undefined || stepsToTarget === null
      ? []
      : [`Seconds of ${optimizer} are undecided: ${secondsUndecided}.`]
  );
}

/** Returns that seconds were measured on several machines. */
function machinesText({ target, machines }: BenchmarkedProblem): string[] {
  const names = [...new Set(Object.values(machines))];
  return target === null || names.length < 2
    ? []
    : [`Seconds are from ${names.length} machines (${names.join("; ")}), so they cannot be compared.`];
}

/** Returns a number of the metric: `97.35%`, or a loss with four digits. */
function numberText({ metric }: Pick<ProblemRow, "metric">, value: number): string {
  return metric === "accuracy" ? `${(100 * value).toFixed(2)}%` : String(Number(value.toPrecision(4)));
}

/** Returns the rate and what was searched, with three digits; `results.csv` has all, in full. */
function shortText(setting: Setting, searched: readonly string[]): string {
  return Object.entries(setting).filter(([name]) => name === "learningRate" || searched.includes(name))
    .map(([name, value]) => `${name}=${typeof value === "number" ? Number(value.toPrecision(3)) : value}`)
    .join(", ");
}

function valueText({ metric, diverged, seeds, refused }: ProblemRow, of: Interval): string {
  if (refused !== undefined) return `cannot be used: ${refused}`;
  const printed = printedOf(of, metric === "accuracy" ? 100 : 1);
  if (printed === undefined) return `${diverged} of ${seeds} diverged`;
  const { mean, half, power } = printed;
  const unit = `${power === 0 ? "" : `e${power}`}${metric === "accuracy" ? "%" : ""}`;
  return half === undefined ? `${mean}${unit}` : `${mean}${unit} ± ${half}${unit}`;
}

function medianText(of: ToTarget | null, text: (value: number) => string): string {
  if (of === null) return "";
  if (of.median === null) return "not reached";
  const ends = of.low === null ? "" : ` (${text(of.low)} to ${of.high === null ? "∞" : text(of.high)})`;
  return of.low === of.high && of.low === of.median ? text(of.median) : `${text(of.median)}${ends}`;
}
