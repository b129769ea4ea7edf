/**
 * The page of `wilson2017`.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import { csvFile, type Page, type ResultTable } from "../../../report/mod.ts";
import { meanText } from "../../../statistics/mod.ts";
import {
  type Comparison,
  type Constructed,
  type Data,
  DECAYS,
  errorsOf,
  groupOf,
  optimizersOf,
  P,
  validationErrorsOf,
} from "./data.ts";
import { plotsOf } from "./plots.ts";

/** Lays out the runs, tables, plots and files. */
export function page({ constructed, comparison, seed, data, augment }: Data): Page {
  const { runs, searches } = comparison;
  return {
    runs: [...constructed.runs, ...runs.map(({ curves: _, ...r }) => r)],
    config: { data, decays: DECAYS, seed, ...(augment === undefined ? {} : { augment }) },
    results: { closedForm: constructed.closedForm, searches },
    tables: [constructedTable(constructed), comparisonTable(comparison, data)],
    plots: plotsOf(comparison, data),
    files: [
      csvFile("metrics.csv", {
        rows: runs.flatMap(({ decay, optimizer, rate, seed, curves }) =>
          curves.map((c) => ({ decay, optimizer, rate, seed, ...c }))
        ),
        columns: [
          "decay",
          "optimizer",
          "rate",
          "seed",
          "epoch",
          "scale",
          "trainLoss",
          "trainError",
          "validationLoss",
          "validationError",
          "testLoss",
          "testError",
        ],
      }),
      csvFile("constructed.csv", {
        rows: constructed.runs,
        columns: ["rule", "w1", "w2", "w3", "trainError", "positiveScore", "negativeScore", "testError"],
      }),
    ],
  };
}

/** The weights of each rule, and those of the closed form. */
function constructedTable({ positive, negative, closedForm, runs }: Constructed): ResultTable {
  return {
    title: `The constructed problem: ${positive} positive examples and ${negative} negative ones`,
    header: ["rule", "w1", "w2", "w3", "training error", "score of a new +1", "of a new −1", "test error"],
    rows: [
      ...runs.map((r) => [
        r.rule,
        ...[r.w1, r.w2, r.w3].map((w) => w.toFixed(4)),
        r.trainError.toExponential(1),
        r.positiveScore.toFixed(3),
        r.negativeScore.toFixed(3),
        r.testError.toFixed(2),
      ]),
      ["least norm, in closed form", ...closedForm.map((w) => w.toFixed(4)), "", "", "", ""],
    ],
    note:
      `float64, from w = 0; full batches but for SGD. The test error is exact: a new example's score depends on its label alone, and a share of ${P} is positive.`,
  };
}

function comparisonTable({ runs, searches }: Comparison, data: string): ResultTable {
  return {
    title: `${data}: each optimizer at its best rate`,
    header: [
      "decay",
      "optimizer",
      "rate",
      "rates tried",
      "training loss",
      "validation error, %",
      "test loss",
      "test error, %",
    ],
    rows: DECAYS.flatMap(({ name }) =>
      optimizersOf(runs).map((optimizer) => {
        const all = groupOf(runs, name, optimizer);
        const search = searches.find((s) => s.decay === name && s.optimizer === optimizer)!;
        return [
          name,
          optimizer,
          `2^${search.best.k}`,
          `2^${search.trials[0]!.k} to 2^${search.trials.at(-1)!.k}${
            search.inside ? "" : ", best at the edge"
          }`,
          meanText(all.map((r) => r.trainLoss)),
          meanText(validationErrorsOf(all), 2),
          meanText(all.map((r) => r.testLoss)),
          meanText(errorsOf(all), 2),
        ];
      })
    ),
    note: `Mean ± standard deviation over ${
      seedsText(groupOf(runs, DECAYS[0]!.name, runs[0]!.optimizer).length)
    }. Rates by the lowest validation loss of the first seed: five consecutive powers of 2, then on for as long as the best was at an edge.`,
  };
}
