/**
 * The page of `tuning`.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import { comparedFile } from "../../../comparison/mod.ts";
import { heatMap, lines, type Page, type Plot, type ResultTable } from "../../../report/mod.ts";
import { deviation, max, median, plusMinus } from "../../../statistics/mod.ts";
import type { TunedOptimizer, TuningData } from "./data.ts";
import { budgetCurves, type Grid, gridOf, meansOf, type Spread, spreadOf } from "./grid.ts";

/** Lays out the page: a table of the optimizers, a map of the accuracies, and what tuning buys. */
export function page(data: TuningData): Page {
  const grid = gridOf(data);
  const spread = spreadOf(grid);
  return {
    runs: data.compared.arms.flatMap((a) => a.runs),
    results: { spread },
    config: data.config,
    files: [comparedFile(data.compared)],
    tables: [optimizerTable(data, { grid, spread })],
    plots: [accuracyMap(data, grid), budgetPlot(data, grid)],
  };
}

function optimizerTable(data: TuningData, { grid, spread }: { grid: Grid; spread: Spread }): ResultTable {
  const means = meansOf(grid);
  return {
    header: [
      "optimizer",
      "usual rate",
      "best rate",
      "at its best",
      "at the usual",
      "median rate",
      "worst",
      "spread",
      "test at its best",
    ],
    rows: data.optimizers.map((optimizer, i) => optimizerRow(data, { optimizer, means: means[i] ?? [] })),
    note:
      `Validation accuracy, means over ${
        seedsText(data.config.seeds.length)
      }; the spread is the standard deviation over the rates. ` +
      `Between the optimizers, each at its best rate, it is ${(100 * spread.optimizer).toFixed(2)}%. ` +
      divergedText(data),
  };
}

function optimizerRow(
  { config: { factors }, compared: { arms } }: TuningData,
  { optimizer, means }: { optimizer: TunedOptimizer; means: readonly number[] },
): string[] {
  const { name, learningRate, rates } = optimizer;
  const best = means.indexOf(max([...means]));
  const usual = means[factors.indexOf(1)] ?? NaN;
  const shown = [means[best] ?? NaN, usual, median([...means]), Math.min(...means), deviation(means)];
  const runs = arms.filter((a) => a.optimizer === name)[best]?.runs ?? [];
  return [
    name,
    String(learningRate),
    String(rates[best]),
    ...shown.map((v) => `${(100 * v).toFixed(2)}%`),
    plusMinus(runs.map((r) => (r.diverged ? NaN : 100 * r.testAccuracy)), (v) => v.toFixed(2), { unit: "%" }),
  ];
}

/** Returns how many runs diverged, and as what they count. */
function divergedText({ classes, compared: { arms } }: TuningData): string {
  const runs = arms.flatMap((a) => a.runs);
  const diverged = runs.filter((r) => r.diverged).length;
  if (diverged === 0) return "";
  return `${diverged} of ${runs.length} runs diverged: they count as guessing, ${
    Number((100 / classes).toPrecision(3))
  }%.`;
}

function accuracyMap({ title, optimizers, config: { factors } }: TuningData, grid: Grid): Plot {
  const means = meansOf(grid);
  return heatMap(
    optimizers.flatMap(({ name }, i) =>
      factors.map((factor, j) => ({ x: factor, y: name, value: means[i]?.[j] ?? NaN }))
    ),
    {
      name: "accuracy",
      title: `Validation accuracy by optimizer and rate: ${title}`,
      caption: "Means over the seeds.",
      x: "rate, in units of the optimizer's usual one",
      y: "",
      value: "validation accuracy",
      labels: true,
    },
  );
}

function budgetPlot({ title, optimizers, config: { factors } }: TuningData, grid: Grid): Plot {
  const names = optimizers.map((o) => o.name);
  return lines(budgetCurves(grid, names), {
    name: "budget",
    title: `What tuning buys: ${title}`,
    caption:
      `The expected best validation accuracy, a mean over the seeds, after k of the ${factors.length} rates ` +
      "were tried at random.",
    x: "rates tried",
    y: "expected best validation accuracy",
    lines: names,
    marks: true,
  });
}
