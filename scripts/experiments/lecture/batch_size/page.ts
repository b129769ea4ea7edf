/**
 * The page of `batch-size`.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import { csvFile, lines, type Page, type Plot, type ResultTable, seedPoint } from "../../../report/mod.ts";
import { median, plusMinus } from "../../../statistics/mod.ts";
import { type BatchSizeData, type BatchSizeRun, runsOf } from "./data.ts";

const COSTS: readonly { name: string; y: string; of: (run: BatchSizeRun) => number }[] = [
  { name: "seconds", y: "seconds to the target", of: (r) => r.seconds },
  { name: "updates", y: "updates to the target", of: (r) => r.updates },
  { name: "epochs", y: "epochs to the target", of: (r) => r.epochs },
  { name: "update", y: "milliseconds an update", of: (r) => 1000 * r.seconds / r.updates },
];

/** Lays out the page: a table of the batch sizes, and a plot of each cost. */
export function page(data: BatchSizeData): Page {
  return {
    runs: data.runs,
    results: { waiting: data.waiting },
    config: data.config,
    files: [
      csvFile("metrics.csv", {
        rows: data.points,
        columns: ["batchSize", "learningRate", "seed", "step", "epoch", "trainLoss"],
      }),
      csvFile("timings.csv", {
        rows: data.runs,
        columns: ["batchSize", "learningRate", "seed", "updates", "seconds", "reached"],
      }),
    ],
    tables: [batchTable(data)],
    plots: COSTS.map((cost) => costPlot(data, cost)),
  };
}

function batchTable(data: BatchSizeData): ResultTable {
  const { batches, seeds, target, rates } = data.config;
  const full = batches.at(-1);
  return {
    header: [
      "batch size",
      "rate",
      "reached",
      "updates",
      "epochs",
      "seconds",
      "ms an update",
      "ms an example",
    ],
    rows: batches.map((batchSize) => {
      const runs = runsOf(data, batchSize);
      return [
        batchSize === full ? `${full} (full)` : String(batchSize),
        String(runs[0]?.learningRate),
        `${runs.filter((r) => r.reached).length} of ${runs.length}`,
        plusMinus(runs.map((r) => r.updates), (v) => v.toFixed(0)),
        plusMinus(runs.map((r) => r.epochs), (v) => v.toFixed(2)),
        plusMinus(runs.map((r) => r.seconds), (v) => v.toFixed(4)),
        median(runs.map((r) => 1000 * r.seconds / r.updates)).toFixed(3),
        median(runs.map((r) => 1000 * r.seconds / (r.updates * batchSize))).toFixed(4),
      ];
    }),
    note:
      `To a mean training loss of ${target}. Means and standard deviations over ${
        seedsText(seeds.length)
      }; seconds are the least of three times; times of an update and an example are medians. ` +
      `The rate of each batch size is the fastest of ${powerText(rates[0])}..${powerText(rates.at(-1))} ` +
      "with the first seed.",
  };
}

/** `2^-7`. */
function powerText(rate = NaN): string {
  return `2^${Math.log2(rate)}`;
}

function costPlot(data: BatchSizeData, { name, y, of }: typeof COSTS[number]): Plot {
  return lines(
    data.config.batches.map((batchSize) => {
      const values = runsOf(data, batchSize).filter((r) => r.reached).map(of);
      const line = "mean over the seeds that reached it";
      return { x: batchSize, line, ...(values.length === 0 ? { y: NaN } : seedPoint(values)) };
    }),
    {
      name,
      title: `${y.slice(0, 1).toUpperCase()}${y.slice(1)} by batch size: ${data.title}`,
      caption: "The largest batch is the whole training set.",
      x: "batch size",
      y,
      series: true,
      log: true,
      logX: 2,
      marks: true,
      height: 280,
    },
  );
}
