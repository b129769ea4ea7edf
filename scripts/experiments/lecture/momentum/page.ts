/**
 * The page of `momentum`.
 *
 * @module
 */
import { ravine } from "../../../lab/problems/mod.ts";
import { contours, csvFile, lines, type Page, type Plot, type ResultTable } from "../../../report/mod.ts";
import {
  type MomentumData,
  type MomentumRun,
  type RavinePath,
  SPIKE,
  type SpikedUpdates,
  TOLERANCE,
} from "./data.ts";
import { exponentsOf, ravineEnd, rulesOf, turnsOf } from "./figures.ts";

/** Lays out the page: iterations by condition number, paths in the ravine, updates after the outlier. */
export function page(data: MomentumData): Page {
  const { seed, decades, runs, paths, spiked } = data;
  return {
    runs,
    config: { seed, decades, tolerance: TOLERANCE },
    results: {
      exponents: exponentsOf(data),
      turns: Object.fromEntries(paths.map((p) => [p.optimizer, turnsOf(p.points)])),
    },
    tables: [iterationTable(runs, rulesOf(data)), ravineTable(paths)],
    plots: [iterationPlot(runs), ravinePlot(paths), heightPlot(paths), updatePlot(spiked)],
    files: [csvFile("metrics.csv", { rows: runs, columns: ["rule", "condition", "iterations"] })],
  };
}

function iterationTable(runs: readonly MomentumRun[], rules: readonly string[]): ResultTable {
  const conditions = [...new Set(runs.map((r) => r.condition))].filter((c) =>
    Number.isInteger(Math.log10(c))
  );
  const cell = (rule: string, condition: number) =>
    String(runs.find((r) => r.rule === rule && r.condition === condition)?.iterations ?? "");
  return {
    title: "Iterations until the distance to the minimum is a millionth of that at the start",
    header: ["condition number", ...rules],
    rows: conditions.map((c) => [String(c), ...rules.map((rule) => cell(rule, c))]),
    note:
      "momentum 0.9 has the rate of gradient descent; the others the constants that are optimal in theory.",
  };
}

function stepsOf(paths: readonly RavinePath[]): number {
  return (paths[0]?.points.length ?? 1) - 1;
}

function ravineTable(paths: readonly RavinePath[]): ResultTable {
  return {
    title: `The ravine after ${stepsOf(paths)} steps`,
    header: ["optimizer", "f", "crossings of the ravine's ground"],
    rows: paths.map((path) => {
      const { f, turns } = ravineEnd(path);
      return [path.optimizer, f.toExponential(2), String(turns)];
    }),
  };
}

function iterationPlot(runs: readonly MomentumRun[]): Plot {
  return lines(runs.map((r) => ({ x: r.condition, y: r.iterations, line: r.rule })), {
    name: "iterations",
    title: "Iterations to a millionth of the distance, over the condition number",
    x: "condition number",
    y: "iterations",
    log: true,
    logX: 10,
    marks: true,
  });
}

function ravinePlot(paths: readonly RavinePath[]): Plot {
  return contours({
    name: "ravine",
    title: `${ravine.title}: ${stepsOf(paths)} steps`,
    caption: "Momentum has a tenth of the rate, so that on a constant slope all go equally fast.",
    f: ravine.f,
    x: [-2, 1],
    y: [-1.2, 0.8],
    paths: paths.map(({ optimizer, points }) => ({ line: optimizer, points })),
    marks: [{ x: 0, y: 0, label: "minimum" }],
  });
}

function heightPlot(paths: readonly RavinePath[]): Plot {
  return lines(
    paths.flatMap(({ optimizer, points }) =>
      points.map((p, step) => ({ x: step, y: ravine.f(...p), line: optimizer }))
    ),
    { name: "ravine-f", title: `${ravine.title}: f over the steps`, x: "step", y: "f", log: true },
  );
}

function updatePlot(spiked: readonly SpikedUpdates[]): Plot {
  return lines(
    spiked.flatMap(({ optimizer, updates }) => updates.map((y, x) => ({ x, y, line: optimizer }))),
    {
      name: "spike",
      title: `Steps on a constant slope with noise, and one gradient ${SPIKE} times as large`,
      x: "step",
      y: "update",
    },
  );
}
