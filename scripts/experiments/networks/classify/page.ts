/**
 * The page of experiments that train one classifier with several optimizers.
 *
 * @module
 */
import { curvaturePlots, lines, type Page, type Plot, type ResultTable } from "../../../report/mod.ts";
import { lossText, outcomeNote, outcomeText, percentText } from "../../../statistics/mod.ts";
import type { Data, RunSummary } from "./data.ts";

/** Lays out the runs, the table and the plot. */
export function page(data: Data): Page {
  const { title, epochs, batchSize, chunk, schedule, clip, seed, trained, best, curvature } = data;
  const runs = trained.map((t) => t.summary);
  const optimizers = runs.map(({ optimizer, learningRate, hyperparameters }) => ({
    optimizer,
    learningRate,
    hyperparameters,
  }));
  return {
    runs,
    config: {
      epochs,
      batchSize,
      chunk,
      schedule,
      clip,
      seed,
      optimizers,
      best,
      ...(curvature && { watchCurvature: curvature.every }),
    },
    files: [],
    tables: [resultTable(data)],
    plots: [lossPlot(trained, title), ...curvaturePlots(curvature, title)],
  };
}

function resultTable({ trained, best, classes }: Data): ResultTable {
  const header = [
    "optimizer",
    "learning rate",
    "steps",
    "train loss",
    "validation loss",
    "validation accuracy",
    "test loss",
    "test accuracy",
    "seconds",
    "note",
  ];
  const rows = trained.map(({ summary: s }) => [
    s.optimizer,
    String(s.learningRate),
    String(s.steps),
    lossText(s.trainLoss),
    lossText(s.validationLoss),
    percentText(s.validationAccuracy),
    lossText(s.testLoss),
    percentText(s.testAccuracy),
    s.seconds.toFixed(2),
    notesOf(s, classes).join(", "),
  ]);
  const all = trained.flatMap(({ summary }) => notesOf(summary, classes));
  const chosen =
    `model.onnx is that of ${best}: the highest validation accuracy, then the lowest validation loss. ` +
    "The test set chooses nothing.";
  const note = [...(trained.length > 1 ? [chosen] : []), ...outcomeText(all, { classes })].join(" ");
  return { header, rows, ...(note === "" ? {} : { note }) };
}

/** Returns what is to be said of a training: whether it diverged, and after which step it switched to SGD. */
function notesOf({ trainLoss, switchedAtStep }: RunSummary, classes: number): string[] {
  const switched = switchedAtStep === undefined ? "" : `SGD after step ${switchedAtStep}`;
  return [outcomeNote(trainLoss, { classes }), switched].filter((note) => note !== "");
}

/** Returns the plot of the training loss after each epoch. */
function lossPlot(trained: Data["trained"], title: string): Plot {
  const points = trained.flatMap(({ summary, losses }) =>
    losses.map(({ epoch, trainLoss }) => ({ x: epoch, y: trainLoss, line: summary.optimizer }))
  );
  return lines(points, {
    name: "loss",
    title,
    x: "epoch",
    y: "training loss",
    lines: trained.map((t) => t.summary.optimizer),
    log: true,
  });
}
