/**
 * The page of `learning-rate`.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import {
  csvFile,
  heatMap,
  lines,
  type Page,
  type Plot,
  type ResultTable,
  seedPoint,
} from "../../../report/mod.ts";
import { plusMinus } from "../../../statistics/mod.ts";
import type { LearningRateData } from "./data.ts";
import { convergingOctaves, judged, type JudgedRun, KINDS, RISES, targetOf } from "./kinds.ts";

/** The loss at which plots cut off a run that grows without bound. */
const CUT = 1e4;

/** Lays out the page: a table of the rates, the loss by rate, and what became of each run. */
export function page(data: LearningRateData): Page {
  const runs = judged(data);
  const { scale, seeds, rates, updates, batchSize, hidden } = data.config;
  const target = targetOf(data.classes);
  return {
    runs: runs.map(({ learningRate, seed, kind, losses, finalLoss }) => ({
      learningRate,
      seed,
      kind,
      updates: losses.length,
      finalLoss,
    })),
    config: { scale, seeds, rates, updates, batchSize, hidden, target, rises: RISES },
    results: { convergingOctaves: convergingOctaves(runs, seeds) },
    files: [csvFile("metrics.csv", {
      rows: runs.flatMap(({ learningRate, seed, losses }) =>
        losses.map((loss, step) => ({ learningRate, seed, step, loss }))
      ),
      columns: ["learningRate", "seed", "step", "loss"],
    })],
    tables: [rateTable(runs, data.config)],
    plots: [rateLossPlot(runs, data), lossPlot(runs, data), kindsMap(runs)],
  };
}

function rateTable(runs: readonly JudgedRun[], { rates, seeds }: LearningRateData["config"]): ResultTable {
  return {
    header: ["learning rate", "loss after the last update", ...KINDS],
    rows: rates.map((rate) => {
      const at = runs.filter((r) => r.learningRate === rate);
      return [
        String(rate),
        plusMinus(at.map((r) => r.finalLoss), (v) => v.toPrecision(3)),
        ...KINDS.map((k) => String(at.filter((r) => r.kind === k).length)),
      ];
    }),
    note: `Mean and standard deviation over ${
      seedsText(seeds.length)
    }; the last columns count the seeds of each kind.`,
  };
}

function rateLossPlot(
  runs: readonly JudgedRun[],
  { title, classes, config: { rates, updates } }: LearningRateData,
): Plot {
  const finals = (rate: number) => runs.filter((r) => r.learningRate === rate).map((r) => r.finalLoss);
  return lines(
    rates.map((rate) => {
      const losses = finals(rate);
      return { x: rate, line: "loss", ...seedPoint(losses) };
    }),
    {
      name: "loss-by-rate",
      title: `Loss after ${updates} updates by learning rate: ${title}`,
      caption: "Rates whose loss became NaN or infinite are left out.",
      x: "learning rate",
      y: "training loss",
      series: true,
      log: true,
      logX: 10,
      marks: true,
      references: [{ y: targetOf(classes), label: "target" }],
    },
  );
}

function lossPlot(runs: readonly JudgedRun[], { title, config: { seeds } }: LearningRateData): Plot {
  return lines(
    representatives(runs, seeds[0]).flatMap((r) =>
      r.losses.map((y, x) => ({ x, y: Math.min(y, CUT), line: `${r.learningRate} ${r.kind}` }))
    ),
    {
      name: "loss",
      title: `Loss over the updates: ${title}`,
      caption: "One rate of each kind; losses above 10,000 are drawn at 10,000.",
      x: "update",
      series: true,
      y: "training loss",
      log: true,
    },
  );
}

/** Returns, for each kind, the run of one seed at the middle of its rates. */
function representatives(runs: readonly JudgedRun[], seed: number | undefined): JudgedRun[] {
  return KINDS.flatMap((kind) => {
    const all = runs.filter((r) => r.seed === seed && r.kind === kind);
    return all[Math.floor(all.length / 2)] ?? [];
  });
}

function kindsMap(runs: readonly JudgedRun[]): Plot {
  return heatMap(runs.map((r) => ({ x: r.learningRate, y: String(r.seed), value: r.kind })), {
    name: "kinds",
    title: "What became of each run",
    x: "learning rate",
    y: "seed",
    value: "",
    kinds: [...KINDS],
  });
}
