/**
 * The page of `compare`.
 *
 * @module
 */
import {
  type Arm,
  compareArms,
  type Compared,
  comparedFile,
  comparedTable,
  curvePlot,
  pairedTable,
  searchPlots,
  trialsFile,
  tunedResults,
  tunedTable,
  valuesOf,
} from "../../comparison/mod.ts";
import { type Page, type Plot, points, type ResultTable } from "../../report/mod.ts";
import { bootstrap, mean } from "../../statistics/mod.ts";
import { bestOf } from "./claims.ts";
import type { CompareData } from "./data.ts";

/** Lays out the page: the arms, their differences from the best, the chosen settings, accuracies and curves. */
export function page({ title, config, compared }: CompareData): Page {
  const { arms } = compared;
  const spaces = config.tuning?.spaces ?? {};
  const tuned = tunedResults(compared, spaces);
  return {
    runs: arms.flatMap((a) => a.runs),
    results: {
      trials: compared.trials,
      tuned: Object.fromEntries(
        tuned.map(({ optimizer, count, best, edges }) => [optimizer, { trials: count, ...best, edges }]),
      ),
      differences: differences(arms),
    },
    config,
    files: [comparedFile(compared), ...trialsFile(compared, config.tuningSeeds)],
    tables: [
      comparedTable(compared, title),
      ...bestTable(compared),
      ...tunedTable(compared, spaces),
    ],
    plots: [
      accuracyPlot(arms, title),
      ...curves(compared, title),
      ...(tuned.length > 0 ? searchPlots(compared, { spaces, title }) : []),
    ],
  };
}

/** The losses along the runs, by steps and by seconds, and the test accuracy. */
function curves(compared: Compared, title: string): Plot[] {
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
      title: `Test accuracy: ${title}`,
      measure: "testAccuracy",
      log: false,
      caption: "Nothing is chosen by it.",
    }),
  ];
}

/** Returns the difference of each pair of arms in test accuracy; the names alone if a run diverged. */
function differences(arms: readonly Arm[]) {
  return arms.flatMap((a, i) =>
    arms.slice(i + 1).map((b) => ({
      a: a.name,
      b: b.name,
      measure: "testAccuracy",
      ...compareArms(a, b, { measure: "testAccuracy" }),
    }))
  );
}

/** The differences from the best arm; none for a single arm. */
function bestTable(compared: Compared): ResultTable[] {
  if (compared.arms.length < 2) return [];
  const best = bestOf(compared.arms);
  return [pairedTable(compared, {
    against: best,
    measure: "testAccuracy",
    title: `Test accuracy, difference from ${best.name}, the best by validation`,
  })];
}

function accuracyPlot(arms: readonly Arm[], title: string): Plot {
  return points(
    arms.map((arm) => {
      const { value, low, high } = bootstrap([valuesOf(arm, "testAccuracy")], ([v]) => mean([...v!]));
      return { row: arm.name, value, low, high, group: arm.optimizer };
    }),
    {
      name: "accuracy",
      title: `Test accuracy: ${title}`,
      caption: "Means over the seeds, with their bootstrap intervals (95 %).",
      x: "test accuracy",
    },
  );
}
