/**
 * The page of `adam`.
 *
 * @module
 */
import {
  armNamed,
  COMPARED_COLUMNS,
  comparedRows,
  comparedTable,
  curvePlot,
  pairedTable,
  tuningPlot,
} from "../../../comparison/mod.ts";
import { csvFile, type Page, type Plot } from "../../../report/mod.ts";
import type { AdamData, AdamModel } from "./data.ts";

/** Lays out the page: two tables and three plots for each model. */
export function page({ data, config, models }: AdamData): Page {
  return {
    runs: models.flatMap(({ model, compared }) =>
      compared.arms.flatMap((a) => a.runs).map((r) => ({ model, ...r }))
    ),
    results: { trials: Object.fromEntries(models.map(({ model, compared }) => [model, compared.trials])) },
    config,
    files: [csvFile("metrics.csv", {
      rows: models.flatMap(({ model, compared }) => comparedRows(compared).map((row) => ({ model, ...row }))),
      columns: ["model", ...COMPARED_COLUMNS],
    })],
    tables: models.flatMap(({ text, compared }) => [
      comparedTable(compared, `${data}, ${text}`),
      pairedTable(compared, {
        against: armNamed(compared.arms, "adam"),
        measure: "trainLoss",
        title: `Training loss, difference from Adam's: ${text}`,
      }),
    ]),
    plots: models.flatMap((model) => plotsOf(data, model)),
  };
}

function plotsOf(data: string, { model, text, compared }: AdamModel): Plot[] {
  return [
    curvePlot(compared, {
      name: `${model}-train`,
      title: `Training loss, rates tuned alike: ${data}, ${text}`,
      measure: "trainLoss",
      log: true,
    }),
    curvePlot(compared, {
      name: `${model}-test`,
      title: `Test accuracy, rates tuned alike: ${data}, ${text}`,
      measure: "testAccuracy",
      log: false,
    }),
    tuningPlot(compared, {
      name: `${model}-tuning`,
      title: `Validation loss by learning rate: ${data}, ${text}`,
    }),
  ];
}
