/**
 * Experiments that train one classifier with several optimizers.
 *
 * @module
 */
import { encodeModel, withWeights } from "../../mod.ts";
import { percentText } from "./accuracy.ts";
import { fileName } from "../console/mod.ts";
import { type Context, Trainings } from "../run/mod.ts";
import { lines, type Outcome, type Plot, type ResultTable } from "../report/mod.ts";
import { loadedOptimizers } from "./named_optimizers.ts";
import { type RunResult, scores, type Task, train } from "./train.ts";
import { leastBy } from "../statistics/mod.ts";

/** What an experiment does where the command line does not say otherwise. */
export interface Defaults {
  readonly optimizers: readonly string[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly chunk: number;
  /** Learning rates that suit this experiment better than those of the table. */
  readonly learningRates?: Readonly<Record<string, number>>;
}

const COLUMNS = ["optimizer", "seed", "step", "epoch", "batchLoss", "trainLoss", "testLoss", "testAccuracy"];

/** Trains with each optimizer in turn. */
export async function classify(
  task: Task,
  defaults: Defaults,
  { context, title }: { context: Context; title: string },
): Promise<Outcome> {
  const { options, progress } = context;
  const chosen = await loadedOptimizers(options, defaults.optimizers);
  const epochs = options.epochs ?? defaults.epochs;
  const batchSize = options.batchSize ?? defaults.batchSize;
  const chunk = options.chunk ?? defaults.chunk;
  const { seed, device } = options;
  using trainings = new Trainings(context, COLUMNS);
  const results: RunResult[] = [];
  for (const [i, { name: optimizer, entry }] of chosen.entries()) {
    const learningRate = options.learningRate ?? defaults.learningRates?.[optimizer] ?? entry.learningRate;
    const training = { optimizer, entry, learningRate, seed, epochs, batchSize, chunk, device };
    results.push(
      await train(
        { task, training, trainings },
        (done, of) => progress(i * of + done, chosen.length * of, `${optimizer} (${i + 1}/${chosen.length})`),
      ),
    );
  }
  const runs = results.map((r) => r.summary);
  const best = leastBy(
    results,
    ({ summary }) => -summary.testAccuracy,
  );
  const model = task.model(seed);
  const trained = (r: RunResult) => encodeModel(withWeights(model, r.params, { partial: true }));
  return {
    runs,
    config: {
      epochs,
      batchSize,
      chunk,
      seed,
      optimizers: runs.map(({ optimizer, learningRate }) => ({ optimizer, learningRate })),
      model: best.summary.optimizer,
    },
    files: [
      { name: "model.onnx", content: trained(best) },
      ...(results.length > 1
        ? results.map((r) => ({ name: `models/${fileName(r.summary.optimizer)}.onnx`, content: trained(r) }))
        : []),
    ],
    tables: [resultTable(results)],
    plots: [lossPlot(results, title)],
  };
}

function resultTable(results: readonly RunResult[]): ResultTable {
  const header = [
    "optimizer",
    "learning rate",
    "steps",
    "train loss",
    "test loss",
    "test accuracy",
    "seconds",
    "note",
  ];
  const rows = results.map(({ summary: s }) => [
    s.optimizer,
    String(s.learningRate),
    String(s.steps),
    s.trainLoss.toFixed(4),
    s.testLoss.toFixed(4),
    percentText(s.testAccuracy),
    s.seconds.toFixed(2),
    s.switchedAtStep === undefined ? "" : `SGD after step ${s.switchedAtStep}`,
  ]);
  return { header, rows };
}

/** The training loss after each epoch, over the steps. */
function lossPlot(results: readonly RunResult[], title: string): Plot {
  const points = results.flatMap((r) =>
    r.epochs.map(({ epoch, metrics }) => ({
      x: epoch,
      y: scores(metrics).trainLoss,
      line: r.summary.optimizer,
    }))
  );
  return lines(points, {
    name: "loss",
    title,
    x: "epoch",
    y: "training loss",
    lines: results.map((r) => r.summary.optimizer),
    log: true,
  });
}
