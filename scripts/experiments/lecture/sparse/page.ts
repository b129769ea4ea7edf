/**
 * The page of `sparse`.
 *
 * @module
 */
import {
  csvFile,
  type LinePoint,
  lines,
  type Page,
  type Plot,
  type ResultTable,
  seedPoint,
} from "../../../report/mod.ts";
import { meanText } from "../../../statistics/mod.ts";
import { GROUPS, runsOf, type SparseData, type SparseEpoch } from "./data.ts";

const COLUMNS = [
  "optimizer",
  "rate",
  "seed",
  "epoch",
  "trainLoss",
  "validationLoss",
  "testLoss",
  "frequentRate",
  "rareRate",
];

/** Lays out the page: a table of the optimizers, their losses, and the rates of the features. */
export function page(data: SparseData): Page {
  const { problem, batchSize, searches, runs } = data;
  return {
    runs: runs.map(({ curves: _, ...run }) => run),
    config: { data: problem.title, features: problem.features, density: problem.density, batchSize },
    results: { searches },
    tables: [optimizerTable(data)],
    plots: plotsOf(data),
    files: [csvFile("metrics.csv", {
      rows: runs.flatMap(({ optimizer, rate, seed, curves }) =>
        curves.map((c) => ({ optimizer, rate, seed, ...c }))
      ),
      columns: COLUMNS,
    })],
  };
}

function optimizerTable({ problem, batchSize, runs, searches }: SparseData): ResultTable {
  const { title, features, density, members, frequency } = problem;
  return {
    title: `${title}: ${features} features, ${(100 * density).toFixed(2)}% of them not 0`,
    header: ["optimizer", "rate", "training loss", "validation loss", "test loss", "test accuracy, %"],
    rows: searches.map(({ optimizer, best }) => {
      const own = runsOf(runs, optimizer);
      return [
        optimizer,
        `2^${best.k}`,
        meanText(own.map((r) => r.trainLoss)),
        meanText(own.map((r) => r.validationLoss)),
        meanText(own.map((r) => r.testLoss)),
        meanText(own.map((r) => 100 * r.testAccuracy), 2),
      ];
    }),
    note: `Logistic regression, batches of ${batchSize}, rates by the lowest validation loss. ${
      GROUPS.map((g) =>
        `${members[g]} features are ${g}: on average in ${(100 * frequency[g]).toFixed(2)}% of the examples`
      ).join("; ")
    }.`,
  };
}

/** The optimizers whose rates change. */
const ADAPTIVE = ["adagrad", "rmsprop"];

function plotsOf({ problem: { title }, searches, runs }: SparseData): Plot[] {
  const names = searches.map((s) => s.optimizer);
  const all = (value: (c: SparseEpoch) => number) => names.flatMap((n) => curve(runs, { name: n, value }));
  const adaptive = (value: (c: SparseEpoch) => number, group: string) =>
    ADAPTIVE.flatMap((n) => curve(runs, { name: n, value, line: `${n}, ${group}` }));
  const common = { x: "epoch" };
  return [
    lines(all((c) => c.trainLoss), { ...common, name: "train", title: `${title}: training loss`, y: "loss" }),
    lines(all((c) => c.testLoss), { ...common, name: "test", title: `${title}: test loss`, y: "loss" }),
    lines([...adaptive((c) => c.frequentRate, "frequent"), ...adaptive((c) => c.rareRate, "rare")], {
      name: "rates",
      title: `${title}: median rate of the features`,
      caption: "What a gradient is multiplied by: the learning rate over the root of the squares.",
      x: "epoch",
      y: "rate",
      log: true,
    }),
  ];
}

/** Returns the mean over the seeds of a value by epoch. A run that ended early keeps its last value. */
function curve(
  runs: SparseData["runs"],
  { name, value, line = name }: { name: string; value: (c: SparseEpoch) => number; line?: string },
): LinePoint[] {
  const own = runsOf(runs, name);
  return (own[0]?.curves ?? []).map(({ epoch }, i) => ({
    x: epoch,
    ...seedPoint(own.flatMap(({ curves }) => curves[i] ?? curves.at(-1) ?? []).map(value)),
    line,
  }));
}
