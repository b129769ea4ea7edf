/**
 * The page of experiments on images.
 *
 * @module
 */
import { lines, type Page, type Plot } from "../../../report/mod.ts";
import { lossText, outcomeNote, outcomeText, percentText } from "../../../statistics/mod.ts";
import type { Data, EpochScores } from "./data.ts";

/** Lays out the runs, the table and the plots. */
export function page({ data, classes, config, best, trained }: Data): Page {
  const notes = trained.map(({ run }) => outcomeNote(run.trainLoss, { classes }));
  return {
    runs: trained.map((t) => t.run),
    config: { ...config, best },
    files: [],
    tables: [{
      header: [
        "model",
        "parameters",
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
      ],
      rows: trained.map(({ run: r }, i) => [
        r.model,
        String(r.parameters),
        r.optimizer,
        String(r.learningRate),
        String(r.steps),
        lossText(r.trainLoss),
        lossText(r.validationLoss),
        percentText(r.validationAccuracy),
        lossText(r.testLoss),
        percentText(r.testAccuracy),
        r.seconds.toFixed(1),
        notes[i] ?? "",
      ]),
      note: [
        "The training loss is the mean over the batches of the last epoch, each before its update.",
        ...(trained.length > 1 ? [`model.onnx is that of ${best}, the best by validation accuracy.`] : []),
        ...outcomeText(notes, { classes }),
      ].join(" "),
    }],
    plots: plotsOf(trained, data),
  };
}

/** Returns the plots of the training loss and the accuracies over the epochs. */
function plotsOf(trained: Data["trained"], data: string): Plot[] {
  const points = (y: (e: EpochScores) => number) =>
    trained.flatMap(({ label, curve }) => curve.map((e) => ({ x: e.epoch, y: y(e), line: label })));
  return [
    lines(points((e) => e.trainLoss), {
      name: "loss",
      title: `${data}: training loss`,
      x: "epoch",
      y: "mean loss of the epoch's batches",
      log: true,
      marks: true,
    }),
    lines(points((e) => 100 * e.validationAccuracy), {
      name: "validation",
      title: `${data}: validation accuracy`,
      x: "epoch",
      y: "validation accuracy, %",
      marks: true,
    }),
    lines(points((e) => 100 * e.testAccuracy), {
      name: "accuracy",
      title: `${data}: test accuracy`,
      x: "epoch",
      y: "test accuracy, %",
      marks: true,
    }),
  ];
}
