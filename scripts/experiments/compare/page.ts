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
  tuningPlot,
  valuesOf,
} from "../../comparison/mod.ts";
import { type Page, type Plot, points, type ResultTable } from "../../report/mod.ts";
import { bootstrap, mean } from "../../statistics/mod.ts";
import { bestOf } from "./claims.ts";
import type { CompareData } from "./data.ts";

/** Lays out the page: the arms, their differences from the best, accuracies and curves. */
export function page({ title, config, compared }: CompareData): Page {
  const { arms } = compared;
  return {
    runs: arms.flatMap((a) => a.runs),
    results: { trials: compared.trials, differences: differences(arms) },
    config,
    files: [comparedFile(compared)],
    tables: [comparedTable(compared, title), ...bestTable(compared)],
    plots: [
      accuracyPlot(arms, title),
      curvePlot(compared, {
        name: "train",
        title: `Training loss: ${title}`,
        measure: "trainLoss",
        log: true,
      }),
      curvePlot(compared, {
        name: "test",
        title: `Test accuracy: ${title}`,
        measure: "testAccuracy",
        log: false,
      }),
      ...(config.rates === "tuned"
        ? [tuningPlot(compared, { name: "tuning", title: `Validation loss by learning rate: ${title}` })]
        : []),
    ],
  };
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
