/**
 * The page of `tuning`.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import { comparedFile, shownRuns } from "../../../comparison/mod.ts";
import { heatMap, lines, type Page, type Plot, type ResultTable } from "../../../report/mod.ts";
import { deviation, max, median, plusMinus } from "../../../statistics/mod.ts";
import type { TunedOptimizer, TuningData } from "./data.ts";
import { budgetCurves, type Grid, gridOf, meansOf, type Spread, spreadOf } from "./grid.ts";
import { gainText, measureOf, scoreText, type TuningMeasure } from "./quantity.ts";

/** Lays out the page: a table of the optimizers, a map of the accuracies or losses, and what tuning buys. */
export function page(data: TuningData): Page {
  const grid = gridOf(data);
  const spread = spreadOf(grid);
  return {
    runs: shownRuns(data.compared),
    results: { spread },
    config: data.config,
    files: [comparedFile(data.compared)],
    tables: [optimizerTable(data, { grid, spread })],
    plots: [scoreMap(data, grid), budgetPlot(data, grid)],
  };
}

/** Returns the measure in words. */
function nameOf(measure: TuningMeasure): string {
  return `validation ${measure}`;
}

function optimizerTable(data: TuningData, { grid, spread }: { grid: Grid; spread: Spread }): ResultTable {
  const means = meansOf(grid);
  const measure = measureOf(data);
  const what = measure === "accuracy" ? "Validation accuracy, means" : "Validation loss, geometric means";
  const notes = [
    `${what} over ${
      seedsText(data.config.seeds.length)
    }; the spread is the standard deviation over the rates${
      measure === "accuracy" ? "" : ", of the logarithm, as a ratio"
    }.`,
    `Between the optimizers, each at its best rate, it is ${gainText(measure, spread.optimizer)}.`,
    ...divergedNotes(data),
    ...ownNotes(data),
  ];
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
    rows: data.optimizers.map((optimizer, i) =>
      optimizerRow(data, { optimizer, means: means[i] ?? [], measure })
    ),
    note: notes.join(" "),
  };
}

function optimizerRow(
  { config: { factors }, compared: { arms } }: TuningData,
  { optimizer, means, measure }: {
    optimizer: TunedOptimizer;
    means: readonly number[];
    measure: TuningMeasure;
  },
): string[] {
  const { name, learningRate, rates } = optimizer;
  const best = means.indexOf(max([...means]));
  const usual = means[factors.indexOf(1)] ?? NaN;
  const shown = [means[best] ?? NaN, usual, median([...means]), Math.min(...means)];
  const own = arms.filter((a) => a.optimizer === name);
  const runs = own[best]?.runs ?? [];
  const diverged = own.some((a) => a.runs.some((r) => r.diverged));
  const [atBest, atUsual, middle, worst] = shown.map((v) => scoreText(measure, v));
  return [
    name,
    String(learningRate),
    String(rates[best]),
    atBest!,
    atUsual!,
    middle!,
    diverged ? "diverged" : worst!,
    gainText(measure, deviation([...means])),
    measure === "accuracy"
      ? plusMinus(runs.map((r) => (r.diverged ? NaN : 100 * r.testAccuracy)), (v) => v.toFixed(2), {
        unit: "%",
      })
      : plusMinus(runs.map((r) => (r.diverged ? NaN : r.testLoss)), (v) => v.toPrecision(4)),
  ];
}

/** Returns how many runs diverged, and as what they count. */
function divergedNotes({ compared: { arms } }: TuningData): string[] {
  const runs = arms.flatMap((a) => a.runs);
  const diverged = runs.filter((r) => r.diverged).length;
  if (diverged === 0) return [];
  return [
    `${diverged} of ${runs.length} runs diverged: each counts as the worst of its optimizer's other runs with its seed, ` +
    "because it has no result of its own.",
  ];
}

/** Returns what is common to the seeds of a user's own model. */
function ownNotes({ config: { own } }: TuningData): string[] {
  if (own === undefined) return [];
  const { split } = own;
  return [
    "Every training starts at the weights in the file; seeds differ in the order of the examples and in dropouts.",
    `${split.train} examples to train, ${split.validation} to validate, ${split.test} to test.`,
  ];
}

/** A map of the mean accuracies or losses, without the rates at which a run diverged. */
function scoreMap(data: TuningData, grid: Grid): Plot {
  const { title, optimizers, config: { factors }, compared: { arms } } = data;
  const measure = measureOf(data);
  const means = meansOf(grid);
  return heatMap(
    optimizers.flatMap(({ name }, i) => {
      const own = arms.filter((a) => a.optimizer === name);
      return factors.map((factor, j) => {
        const diverged = own[j]?.runs.some((r) => r.diverged) ?? false;
        const score = means[i]?.[j] ?? NaN;
        const value = diverged ? NaN : measure === "accuracy" ? score : Math.exp(-score);
        return { x: factor, y: name, value };
      });
    }),
    {
      name: "accuracy",
      title: `${
        measure === "accuracy" ? "Validation accuracy" : "Validation loss"
      } by optimizer and rate: ${title}`,
      caption: `${
        measure === "accuracy" ? "Means" : "Geometric means"
      } over the seeds; blank where a run diverged.`,
      x: "rate, in units of the optimizer's usual one",
      y: "",
      value: nameOf(measure),
      log: measure === "loss",
      labels: true,
    },
  );
}

function budgetPlot(data: TuningData, grid: Grid): Plot {
  const { title, optimizers, config: { factors } } = data;
  const measure = measureOf(data);
  const names = optimizers.map((o) => o.name);
  const curves = budgetCurves(grid, names);
  return lines(measure === "accuracy" ? curves : curves.map((p) => ({ ...p, y: Math.exp(-p.y) })), {
    name: "budget",
    title: `What tuning buys: ${title}`,
    caption: `The expected best ${nameOf(measure)}, a ${
      measure === "accuracy" ? "mean" : "geometric mean"
    } over the seeds, after k of the ${factors.length} rates were tried at random.`,
    x: "rates tried",
    y: `expected best ${nameOf(measure)}`,
    lines: names,
    log: measure === "loss",
    marks: true,
  });
}
