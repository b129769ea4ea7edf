/**
 * The page of `edge-of-stability`.
 *
 * @module
 */
import { csvFile, type LinePoint, lines, type Page, type Plot } from "../../../report/mod.ts";
import { shortText } from "../../../statistics/mod.ts";
import { type EdgeData, type EdgeRule, type EdgeRun, EDGES } from "./data.ts";
import { summaryOf } from "./summary.ts";

const NOTE =
  "Edge: the sharpness at which the rule begins to oscillate on a quadratic. Sharpness: the largest eigenvalue of the " +
  "Hessian of the training loss, for Adam of P^-1/2 H P^-1/2 with the diagonal P that it divides by, bias corrections " +
  "included; the mean over the last third of the measurements. Reached: the first measurement at nine tenths of the edge.";

const NAMES: Readonly<Record<EdgeRule, string>> = {
  gd: "gradient descent",
  momentum: "momentum",
  adam: "Adam",
};

/** Lays out the trainings. */
export function page({ title, config, runs }: EdgeData): Page {
  const summed = runs.map((run) => ({ run, summary: summaryOf(run) }));
  return {
    runs: summed.map(({ run: { rule, learningRate, diverged, points }, summary }) => ({
      rule,
      learningRate,
      diverged,
      steps: points.at(-1)?.step ?? 0,
      ...(summary ?? { edge: EDGES[rule] / learningRate }),
    })),
    config,
    files: [csvFile("metrics.csv", {
      rows: runs.flatMap(({ rule, learningRate, points }) =>
        points.map((p) => ({ rule, learningRate, ...p }))
      ),
      columns: ["rule", "learningRate", "step", "loss", "sharpness"],
    })],
    tables: [{
      title,
      header: ["rule", "rate", "edge", "first", "last third", "of the edge", "reached", "loss"],
      rows: summed.map(({ run: { rule, learningRate, points }, summary }) => [
        NAMES[rule],
        shortText(learningRate),
        shortText(EDGES[rule] / learningRate),
        ...(summary === null ? ["", "", "diverged", "", ""] : [
          shortText(summary.first),
          shortText(summary.last),
          summary.ratio.toFixed(3),
          summary.reachedAt === null ? "never" : `step ${summary.reachedAt}`,
          (points.at(-1)?.loss ?? NaN).toExponential(1),
        ]),
      ]),
      note: NOTE,
    }],
    plots: [ratioPlot(runs, title), lossPlot(runs, title)],
  };
}

function lineOf({ rule, learningRate }: EdgeRun): string {
  return `${NAMES[rule]}, rate ${shortText(learningRate)}`;
}

function ratioPlot(runs: readonly EdgeRun[], title: string): Plot {
  const points = runs.flatMap((run): LinePoint[] =>
    run.points.map(({ step, sharpness }) => ({
      x: step,
      y: sharpness * run.learningRate / EDGES[run.rule],
      line: lineOf(run),
    }))
  );
  return lines(points, {
    name: "sharpness",
    title: `Sharpness as a share of the edge: ${title}`,
    caption:
      "Below 1 a step along the sharpest direction shrinks that part of the gradient; above 1 it makes it grow.",
    x: "step",
    y: "sharpness / edge",
    lines: runs.map(lineOf),
    references: [{ y: 1, label: "edge of stability" }],
    height: 360,
  });
}

function lossPlot(runs: readonly EdgeRun[], title: string): Plot {
  const points = runs.flatMap((run): LinePoint[] =>
    run.points.map(({ step, loss }) => ({ x: step, y: loss, line: lineOf(run) }))
  );
  return lines(points, {
    name: "loss",
    title: `Training loss: ${title}`,
    caption: "Means over the steps between two measurements.",
    x: "step",
    y: "training loss",
    lines: runs.map(lineOf),
    log: true,
    height: 360,
  });
}
