/**
 * The page of `finetune`.
 *
 * @module
 */
import { required } from "../../../options/mod.ts";
import { curvaturePlots, lines, type Page, type Plot, type ResultTable } from "../../report/mod.ts";
import { accuracyOf, percentText } from "../../statistics/mod.ts";
import type { Data, Scores } from "./data.ts";
import { namedScores } from "./named_scores.ts";

/** Lays out the run, the table and the plot. */
export function page(data: Data): Page {
  const {
    file,
    parameters,
    warnings,
    settings,
    optimizer,
    learningRate,
    hyperparameters,
    seed,
    loss,
    before,
    after,
  } = data;
  const last = required(after, after.length - 1, "epoch");
  return {
    runs: [{
      optimizer,
      learningRate,
      hyperparameters,
      seed,
      ...settings,
      steps: data.steps,
      ...namedScores(before, "Before"),
      ...namedScores(last, ""),
      seconds: data.seconds,
    }],
    results: { model: file, parameters, warnings },
    config: {
      ...settings,
      ...data.course,
      optimizer,
      learningRate,
      hyperparameters,
      loss,
      examples: data.examples,
      ...(data.curvature && { watchCurvature: data.curvature.every }),
      ...(data.context === null ? {} : { context: data.context }),
      frozen: parameters.filter((p) => p.constant === undefined && !p.trained).map((p) => p.name),
    },
    files: [],
    tables: [{
      ...scoreTable(before, last),
      ...noteOf(data, last),
    }],
    plots: [lossPlot([before, ...after], file), ...curvaturePlots(data.curvature, file)],
  };
}

/** Returns the note below the table: examples that were left out, and whether the loss rose. */
function noteOf({ left, fixed, before }: Data, last: Scores): Pick<ResultTable, "note"> {
  const [start, end] = [before, last].map((scores) =>
    required(required(scores, "train", "data set"), "loss")
  );
  const notes = [
    ...(left > 0 ? [`${left} examples left out: the model takes ${fixed} at a time`] : []),
    ...(end! <= start! ? [] : ["the training loss ended above that before the training: try a lower rate"]),
  ];
  return notes.length === 0 ? {} : { note: notes.join("; ") };
}

function scoreTable(before: Scores, after: Scores): ResultTable {
  const shown = (metric: string, of: Readonly<Record<string, number>>) =>
    metric === "accuracy" ? percentText(accuracyOf(of)) : required(of, metric, "metric").toPrecision(5);
  const rows = Object.entries(after).flatMap(([set, byMetric]) =>
    Object.keys(byMetric).map((metric) => [
      `${set} ${metric}`,
      shown(metric, required(before, set, "data set")),
      shown(metric, byMetric),
    ])
  );
  return { header: ["", "before", "after"], rows };
}

/** Returns the plot of the mean loss over each set, before the first epoch and after each. */
function lossPlot(all: readonly Scores[], file: string): Plot {
  const points = all.flatMap((scores, x) =>
    Object.entries(scores).map(([line, { loss = NaN }]) => ({ x, y: loss, line }))
  );
  return lines(points, {
    name: "loss",
    title: `Fine-tuning of ${file.slice(file.lastIndexOf("/") + 1)}`,
    x: "epoch",
    y: "loss",
    lines: Object.keys(required(all, 0, "evaluation")),
    series: true,
    log: points.every((p) => p.y > 0),
    marks: true,
  });
}
