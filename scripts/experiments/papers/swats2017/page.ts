/**
 * The page of `swats2017`.
 *
 * @module
 */
import { meanText } from "../../../statistics/mod.ts";
import { csvFile, type Page, type ResultTable } from "../../../report/mod.ts";
import {
  type Data,
  methodsOf,
  runsOf,
  scoresOf,
  type SwatsResult,
  type SwatsRun,
  TOLERANCES,
} from "./data.ts";
import { plotsOf } from "./plots.ts";

/** Lays out the runs, tables, plots and files. */
export function page({ results, seed }: Data): Page {
  const runs = results.flatMap((r) => r.runs);
  return {
    runs: runs.map(({ curves: _, ...r }) => r),
    config: {
      seed,
      tasks: results.map(({ task, rates }) => ({
        name: task.name,
        epochs: task.epochs,
        batchSize: task.batchSize,
        ...(task.augment === undefined ? {} : { augment: task.augment }),
        rates,
      })),
    },
    results: {
      tolerances: results.flatMap((r) => r.tolerances),
      replays: results.map((r) => r.replay),
    },
    tables: results.flatMap((r) => [methodTable(r), toleranceTable(r)]),
    plots: results.flatMap(plotsOf),
    files: [
      csvFile("metrics.csv", {
        rows: runs.flatMap(({ task, method, seed, curves }) =>
          curves.map((c) => ({ task, method, seed, ...c }))
        ),
        columns: ["task", "method", "seed", "epoch", "trainLoss", "score"],
      }),
      csvFile("tolerances.csv", {
        rows: results.flatMap((r) => r.tolerances),
        columns: ["task", "tolerance", "seed", "switched", "step", "epoch", "Lambda"],
      }),
      csvFile("estimates.csv", {
        rows: results.flatMap(({ task, estimates }) => estimates.map((e) => ({ task: task.name, ...e }))),
        columns: ["task", "step", "gamma", "Lambda"],
      }),
    ],
  };
}

function methodTable(result: SwatsResult): ResultTable {
  const { task, rates, tolerance } = result;
  return {
    title: `${task.title}: ${task.epochs} epochs`,
    header: ["method", task.score, "training loss", "test loss", "switched at step", "Lambda"],
    rows: methodsOf(result).map((method) => {
      const all = runsOf(result, method);
      // One a seed, or one for all where they are the same.
      const listed = (value: (r: SwatsRun) => string | undefined) => {
        if (all.every((r) => value(r) === undefined)) return "";
        const values = all.map((r) => value(r) ?? "never");
        return values.every((v) => v === values[0]) ? values[0]! : values.join(", ");
      };
      return [
        method,
        meanText(scoresOf(result, method), 2),
        meanText(all.map((r) => r.trainLoss)),
        meanText(all.map((r) => r.testLoss)),
        listed((r) => r.switchedAtStep?.toString()),
        listed((r) => r.Lambda?.toPrecision(3)),
      ];
    }),
    note: `Mean ± standard deviation over the seeds. Rates, ${
      task.tuned ? "the best powers of 2 by the validation loss" : "the paper's"
    }: Adam ${rates.adam}, SGD with momentum 0.9 ${rates.sgd}, both divided by 10 after epochs ${
      task.milestones.join(", ")
    }. SWATS has the tolerance ${tolerance}; forced switches go to the tuned SGD; the clips are multiples of its rate.`,
  };
}

function toleranceTable({ task, tolerances }: SwatsResult): ResultTable {
  const seeds = [...new Set(tolerances.map((t) => t.seed))];
  return {
    title: `${task.title}: when SWATS switches, over its tolerance`,
    header: ["tolerance", ...seeds.map((s) => `seed ${s}`)],
    rows: TOLERANCES.map((tolerance) => [
      tolerance.toExponential(0),
      ...seeds.map((seed) => {
        const t = tolerances.find((r) => r.tolerance === tolerance && r.seed === seed)!;
        return t.switched
          ? `step ${t.step}, epoch ${t.epoch!.toFixed(2)}, Lambda ${t.Lambda!.toPrecision(3)}`
          : "never";
      }),
    ]),
    note: "The paper's tolerance is 1e-9. Only a positive estimate may fire.",
  };
}
