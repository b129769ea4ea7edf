/**
 * The page of `rnn`.
 *
 * @module
 */
import {
  armNamed,
  comparedFile,
  comparedTable,
  curvePlot,
  pairedTable,
  tuningPlot,
} from "../../../comparison/mod.ts";
import type { Page } from "../../../report/mod.ts";
import { OWN, type RnnData } from "./data.ts";

/** Lays out the page: two tables, the losses over the epochs, and those by rate. */
export function page({ config, compared }: RnnData): Page {
  const title = `${config.text}, ${config.cell.toUpperCase()} of ${config.width} units`;
  return {
    runs: compared.arms.flatMap((a) => a.runs).map((r) => ({ ...r, testPerplexity: Math.exp(r.testLoss) })),
    results: { trials: compared.trials },
    config,
    files: [comparedFile(compared)],
    tables: [
      comparedTable(compared, title),
      pairedTable(compared, {
        against: armNamed(compared.arms, OWN),
        measure: "validationLoss",
        title: "Validation loss, difference from RMSProp's",
      }),
    ],
    plots: [
      curvePlot(compared, {
        name: "train",
        title: `Training loss: ${title}`,
        measure: "trainLoss",
        log: false,
      }),
      curvePlot(compared, {
        name: "validation",
        title: `Validation loss: ${title}`,
        measure: "validationLoss",
        log: false,
      }),
      tuningPlot(compared, { name: "tuning", title: `Validation loss by learning rate: ${title}` }),
    ],
  };
}
