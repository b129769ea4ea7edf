/**
 * Plots of comparisons.
 *
 * @module
 */
import { type LinePoint, lines, type Plot, seedPoint } from "../report/mod.ts";
import { mean } from "../statistics/mod.ts";
import { type Arm, type Compared, type Measure, MEASURES, SCORES } from "./arms.ts";

/** The options of a plot of a measure. */
export interface CurveOptions {
  readonly name: string;
  readonly title: string;
  readonly measure: Measure;
  /** Whether the vertical scale is logarithmic. */
  readonly log: boolean;
  /** The horizontal axis; `"epoch"` by default. Seconds are those spent on updates, means over the seeds. */
  readonly against?: "epoch" | "step" | "seconds";
  /** A sentence to add to the caption. */
  readonly caption?: string;
}

/** Returns a plot of a measure along the runs: means over the seeds, in bands from the least to the most. */
export function curvePlot({ arms }: Compared, options: CurveOptions): Plot {
  const { name, title, measure, log, against = "epoch", caption } = options;
  return lines(arms.flatMap((arm) => curveOf(arm, { measure, against })), {
    name,
    title,
    ...(caption === undefined ? {} : { caption }),
    x: against,
    y: MEASURES[measure],
    lines: arms.map((a) => a.name),
    log,
  });
}

/** The points of an arm's curve; without those where a run's score is missing or not finite. */
function curveOf(
  { name, points }: Arm,
  { measure, against }: { measure: Measure; against: "epoch" | "step" | "seconds" },
): LinePoint[] {
  const [set, score] = SCORES[measure];
  return (points[0] ?? []).flatMap((_, i) => {
    const values = points.map((p) => p[i]?.scores[set]?.[score] ?? NaN);
    if (!values.every(Number.isFinite)) return [];
    const x = mean(points.map((p) => p[i]![against]));
    return { x, line: name, ...seedPoint(values) };
  });
}
