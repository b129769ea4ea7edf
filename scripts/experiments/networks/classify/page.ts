/**
 * The page of experiments that train one classifier with several optimizers.
 *
 * @module
 */
import { curvaturePlots, lines, type Page, type Plot, type ResultTable } from "../../../report/mod.ts";
import { percentText } from "../../../statistics/mod.ts";
import type { Data } from "./data.ts";

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
    tables: [resultTable(trained, best)],
    plots: [lossPlot(trained, title), ...curvaturePlots(curvature, title)],
  };
}

function resultTable(trained: Data["trained"], best: string): ResultTable {
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
    s.trainLoss.toFixed(4),
    s.validationLoss.toFixed(4),
    percentText(s.validationAccuracy),
    s.testLoss.toFixed(4),
    percentText(s.testAccuracy),
    s.seconds.toFixed(2),
    s.switchedAtStep === undefined ? "" : `SGD after step ${s.switchedAtStep}`,
  ]);
  const note =
    `model.onnx is that of ${best}: the highest validation accuracy, then the lowest validation loss. ` +
    "The test set chooses nothing.";
  return { header, rows, ...(trained.length > 1 ? { note } : {}) };
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
