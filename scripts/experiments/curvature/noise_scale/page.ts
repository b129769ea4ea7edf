/**
 * The page of `noise-scale`.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import {
  csvFile,
  type LinePoint,
  lines,
  type Page,
  type Plot,
  type ResultTable,
  seedPoint,
} from "../../../report/mod.ts";
import { plusMinus, shortText } from "../../../statistics/mod.ts";
import type { NoiseData, NoisePoint } from "./data.ts";
import { END, endsOf, scaleOf } from "./summary.ts";

/** Lays out a table of the ends of the trainings, and the noise scale and the loss over the steps. */
export function page(data: NoiseData): Page {
  const { title, config, runs } = data;
  return {
    runs: runs.map((run) => ({
      seed: run.seed,
      diverged: run.diverged,
      steps: run.points.at(-1)?.step ?? 0,
      ...endsOf(run),
    })),
    config,
    files: [csvFile("metrics.csv", {
      rows: runs.flatMap(({ seed, points }) => points.map((p) => ({ seed, ...p, scale: scaleOf([p]) }))),
      columns: ["seed", "step", "loss", "variance", "squaredNorm", "scale"],
    })],
    tables: [endsTable(data)],
    plots: [
      overSteps(data, {
        name: "noise-scale",
        title: `Gradient noise scale: ${title}`,
        caption:
          "A seed in which noise hides the gradient, so that the scale is infinite, is left out there.",
        y: "noise scale (examples)",
        of: (p) => scaleOf([p]),
      }),
      overSteps(data, {
        name: "loss",
        title: `Training loss: ${title}`,
        y: "training loss",
        of: (p) => p.loss,
      }),
    ],
  };
}

function endsTable({ title, config, runs }: NoiseData): ResultTable {
  const { seeds, steps, noiseBatch, examples, batchSize, learningRate } = config;
  const ends = runs.map(endsOf);
  const losses = (at: number) =>
    plusMinus(runs.map((r) => r.points.at(at)?.loss ?? NaN), (v) => shortText(v));
  const row = (name: string, own: readonly number[], loss: string) => [
    name,
    plusMinus(own, (v) => shortText(v)),
    loss,
  ];
  return {
    title,
    header: ["measurements", "noise scale (examples)", "training loss"],
    rows: [
      row(`first ${100 * END} %`, ends.map((e) => e.first), losses(0)),
      row(`last ${100 * END} %`, ends.map((e) => e.last), losses(-1)),
    ],
    note:
      `SGD at ${learningRate}, batches of ${batchSize}, ${steps} steps; ${
        seedsText(seeds.length)
      }, means and standard deviations. The noise scale tr(S) / |G|^2 compares the gradients of ${
        examples / noiseBatch
      } batches of ${noiseBatch} examples with their mean; both parts are averaged over the measurements before they are ` +
      "divided. Training loss: that of the first and of the last measurement.",
  };
}

function overSteps(
  { runs }: NoiseData,
  { of, ...options }: {
    name: string;
    title: string;
    caption?: string;
    y: string;
    of: (p: NoisePoint) => number;
  },
): Plot {
  const steps = [...new Set(runs.flatMap((r) => r.points.map((p) => p.step)))].sort((a, b) => a - b);
  const points = steps.flatMap((step): LinePoint[] => {
    const values = runs.flatMap((r) => r.points.filter((p) => p.step === step).map(of)).filter(
      Number.isFinite,
    );
    if (values.length === 0) return [];
    return [{ x: step, line: "mean over the seeds", ...seedPoint(values) }];
  });
  return lines(points, { ...options, x: "step", series: true, log: true, height: 320 });
}
