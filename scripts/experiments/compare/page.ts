/**
 * The page of `compare`.
 *
 * @module
 */
import {
  budgetPlot,
  compareArms,
  type Compared,
  comparedFile,
  comparedTable,
  curvePlot,
  MEASURES,
  pairedTable,
  searchPlots,
  shownRuns,
  testMeasure,
  trialsFile,
  tunedResults,
  tunedTable,
  valuesOf,
} from "../../comparison/mod.ts";
import { type Page, type Plot, points, type ResultTable } from "../../report/mod.ts";
import { bootstrap, mean } from "../../statistics/mod.ts";
import { bestOf } from "./claims.ts";
import type { CompareConfig, CompareData } from "./data.ts";

/** Lays out the page: the arms, their differences from the best, the chosen settings, accuracies and curves. */
export function page({ title, config, compared }: CompareData): Page {
  const spaces = config.tuning?.spaces ?? {};
  const tuned = tunedResults(compared, spaces);
  return {
    runs: shownRuns(compared),
    results: {
      trials: compared.trials,
      tuned: Object.fromEntries(
        tuned.map(({ optimizer, count, best, ...more }) => [optimizer, { trials: count, ...best, ...more }]),
      ),
      differences: differences(compared),
    },
    config,
    files: [comparedFile(compared), ...trialsFile(compared, config.tuningSeeds)],
    tables: [
      armsTable(compared, { title, own: config.own }),
      ...bestTable(compared),
      ...tunedTable(compared, spaces),
    ],
    plots: [
      measurePlot(compared, title),
      ...curves(compared, title),
      ...(tuned.length > 0
        ? [
          ...searchPlots(compared, { spaces, title }),
          budgetPlot(compared, { name: "budget", title: `Validation loss by number of trials: ${title}` }),
        ]
        : []),
    ],
  };
}

/** The table of the arms, with what the seeds of a user's own model have in common. */
function armsTable(
  compared: Compared,
  { title, own }: { title: string; own: CompareConfig["own"] },
): ResultTable {
  const table = comparedTable(compared, title);
  if (own === undefined) return table;
  const { split } = own;
  return {
    ...table,
    note:
      `${table.note} Every training starts at the weights in the file; seeds differ in the order of the examples ` +
      `and in dropouts. ${split.train} examples to train, ${split.validation} to validate, ${split.test} to test.`,
  };
}

/** The losses along the runs, by steps and by seconds, and the measure on the test set. */
function curves(compared: Compared, title: string): Plot[] {
  const measure = testMeasure(compared);
  const loss = (against: "step" | "seconds") =>
    curvePlot(compared, {
      name: against === "step" ? "train" : "train-seconds",
      title: `Training loss by ${against === "step" ? "steps" : "seconds"}: ${title}`,
      measure: "trainLoss",
      log: true,
      against,
      ...(against === "seconds"
        ? { caption: "Seconds spent on updates, without evaluations, means over the seeds." }
        : {}),
    });
  return [
    loss("step"),
    loss("seconds"),
    curvePlot(compared, {
      name: "validation",
      title: `Validation loss: ${title}`,
      measure: "validationLoss",
      log: true,
      against: "step",
    }),
    curvePlot(compared, {
      name: "test",
      title: `${sentence(MEASURES[measure])}: ${title}`,
      measure,
      log: measure === "testLoss",
      caption: "Nothing is chosen by it.",
    }),
  ];
}

/** Returns the difference of each pair of arms on the test set; the names alone if a run diverged. */
function differences(compared: Compared) {
  const { arms } = compared;
  const measure = testMeasure(compared);
  return arms.flatMap((a, i) =>
    arms.slice(i + 1).map((b) => ({
      a: a.name,
      b: b.name,
      measure,
      ...compareArms(a, b, { measure }),
    }))
  );
}

/** The differences from the best arm; none for a single arm. */
function bestTable(compared: Compared): ResultTable[] {
  if (compared.arms.length < 2) return [];
  const best = bestOf(compared.arms);
  const measure = testMeasure(compared);
  return [pairedTable(compared, {
    against: best,
    measure,
    title: `${sentence(MEASURES[measure])}, difference from ${best.name}, the best by validation`,
  })];
}

function measurePlot(compared: Compared, title: string): Plot {
  const measure = testMeasure(compared);
  return points(
    compared.arms.map((arm) => {
      const { value, low, high } = bootstrap([valuesOf(arm, measure)], ([v]) => mean([...v!]));
      return { row: arm.name, value, low, high, group: arm.optimizer };
    }),
    {
      name: measure === "testAccuracy" ? "accuracy" : "test-loss",
      title: `${sentence(MEASURES[measure])}: ${title}`,
      caption: "Means over the seeds, with their bootstrap intervals (95 %).",
      x: MEASURES[measure],
    },
  );
}

/** Returns a text with a capital at its beginning. */
function sentence(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
