/**
 * Plots of comparisons.
 *
 * @module
 */
import { type LinePoint, lines, type Plot } from "../report/mod.ts";
import { mean } from "../statistics/mod.ts";
import { type Arm, type Compared, type Measure, MEASURES } from "./arms.ts";

/** The options of a plot of a measure. */
export interface CurveOptions {
  readonly name: string;
  readonly title: string;
  readonly measure: Measure;
  /** Whether the vertical scale is logarithmic. */
  readonly log: boolean;
}

/** The column of each measure's scores. */
const SCORES = {
  trainLoss: ["train", "loss"],
  validationLoss: ["validation", "loss"],
  testLoss: ["test", "loss"],
  testAccuracy: ["test", "accuracy"],
} as const;

/** Returns a plot of a measure over the epochs: means over the seeds, in bands from the least to the most. */
export function curvePlot({ arms }: Compared, { name, title, measure, log }: CurveOptions): Plot {
  const several = arms.some((a) => a.runs.length > 1);
  return lines(arms.flatMap((arm) => curveOf(arm, measure)), {
    name,
    title,
    ...(several ? { caption: "Means over the seeds; the bands span them." } : {}),
    x: "epoch",
    y: MEASURES[measure],
    lines: arms.map((a) => a.name),
    log,
  });
}

/** The points of an arm's curve; without those where a run's score is missing or not finite. */
function curveOf({ name, points }: Arm, measure: Measure): LinePoint[] {
  const [set, score] = SCORES[measure];
  return (points[0] ?? []).flatMap(({ epoch }, i) => {
    const values = points.map((p) => p[i]?.scores[set]?.[score] ?? NaN);
    if (!values.every(Number.isFinite)) return [];
    return { x: epoch, y: mean(values), low: Math.min(...values), high: Math.max(...values), line: name };
  });
}

/** Returns a plot of the validation loss by rate, for each optimizer that was tuned. */
export function tuningPlot({ trials }: Compared, { name, title }: { name: string; title: string }): Plot {
  return lines(
    Object.entries(trials).flatMap(([line, tried]) => tried.map((t) => ({ x: t.rate, y: t.loss, line }))),
    {
      name,
      title,
      caption:
        "The best validation loss of a run, a mean over the tuning seeds; rates that diverged are left out.",
      x: "learning rate",
      y: "validation loss",
      log: true,
      logX: 10,
      marks: true,
    },
  );
}
