/**
 * The page of `reddi2018`.
 *
 * @module
 */
import { csvFile, type Page, type ResultTable } from "../../../report/mod.ts";
import { meanText } from "../../../statistics/mod.ts";
import {
  BATCH,
  type ClassifierRun,
  type Data,
  type OnlineRun,
  PERIODIC,
  RULES,
  runsOf,
  STOCHASTIC,
  THEOREM1,
} from "./data.ts";
import { lossPlots, problemPlots } from "./plots.ts";

const PROBLEMS = [PERIODIC, STOCHASTIC, THEOREM1];

/** Lays out the runs, tables, plots and files. */
export function page({ online, trained, steps, data }: Data): Page {
  return {
    runs: online.map(({ play, ...r }) => ({
      ...r,
      x: play.x,
      tailX: play.tailX,
      averageRegret: play.averageRegret,
    })),
    config: { steps, data, rules: RULES },
    results: { classifiers: trained.map(({ curves: _, ...r }) => r) },
    tables: [onlineTable(online), classifierTable(trained, data)],
    plots: [
      ...PROBLEMS.flatMap((problem) => problemPlots(problem, online)),
      ...lossPlots(trained, data),
    ],
    files: [
      csvFile("metrics.csv", {
        rows: online.flatMap(({ problem, rule, seed, play }) =>
          play.rounds.map((r) => ({ problem, rule, seed, ...r }))
        ),
        columns: ["problem", "rule", "seed", "t", "x", "averageRegret"],
      }),
      csvFile("classifiers.csv", {
        rows: trained.flatMap(({ model, rule, seed, curves }) =>
          curves.map((c) => ({ model, rule, seed, ...c }))
        ),
        columns: ["model", "rule", "seed", "epoch", "trainLoss", "testLoss", "testAccuracy"],
      }),
    ],
  };
}

function onlineTable(runs: readonly OnlineRun[]): ResultTable {
  const groups = PROBLEMS.flatMap((problem) =>
    RULES.map((rule) => ({ problem, rule, runs: runsOf(runs, problem, rule) }))
  ).filter((g) => g.runs.length > 0);
  return {
    title: "The online problems",
    header: ["problem", "rule", "rounds", "x", "x, last tenth", "regret per round"],
    rows: groups.map((g) => [
      g.problem,
      g.rule,
      String(g.runs[0]!.steps),
      meanText(g.runs.map((r) => r.play.x)),
      meanText(g.runs.map((r) => r.play.tailX)),
      meanText(g.runs.map((r) => r.play.averageRegret)),
    ]),
    note:
      "The best x is -1. Rate 0.5 / sqrt(t), on the stochastic problem 1 / sqrt(t); beta1 0.9 and beta2 0.99 unless said otherwise, for theorem 1 beta1 0 and beta2 1 / (1 + C^2). On the stochastic problem the regret is that of the mean slope.",
  };
}

/** The mean and spread over the seeds. */
function classifierTable(runs: readonly ClassifierRun[], data: string): ResultTable {
  const groups = [...new Set(runs.map((r) => `${r.model}\n${r.rule}`))].map((key) =>
    runs.filter((r) => `${r.model}\n${r.rule}` === key)
  );
  return {
    title: `Classifiers on ${data}`,
    header: ["model", "rule", "alpha", "train loss", "test loss", "test accuracy, %"],
    rows: groups.map((g) => [
      g[0]!.model,
      g[0]!.rule,
      g[0]!.rate.toPrecision(3),
      meanText(g.map((r) => r.trainLoss)),
      meanText(g.map((r) => r.testLoss)),
      meanText(g.map((r) => 100 * r.testAccuracy), 2),
    ]),
    note:
      `Batches of ${BATCH}; alpha / sqrt(t) for a regression, alpha for a network; alpha is the best power of 2 by the training loss of the first seed.`,
  };
}
