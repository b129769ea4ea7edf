/**
 * The curves of a measure in `metrics.csv` over several runs, and the best value of each.
 *
 * @module
 */
import { MEASURES, type MetricsRow, SETTINGS, short } from "../metrics/mod.ts";
import { seedPoint } from "./plots/bands.ts";

/** A run, as its metrics show it. */
export interface MeasuredRun {
  readonly metrics: readonly MetricsRow[];
}

/** A point of a curve: the mean over the seeds, and the least and the largest value of a seed. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

/** The curve of the trainings of a run that differ in their seeds only. */
export interface Curve {
  /** The label of its run. */
  readonly run: string;
  /** The text that tells it from the other trainings of the run, such as the optimizer; may be empty. */
  readonly settings: string;
  readonly points: readonly CurvePoint[];
}

/** The curves of a measure. */
export interface Curves {
  readonly axis: "epoch" | "step";
  readonly curves: readonly Curve[];
}

/** Returns the curves of a measure, in the order of the runs. */
export function curvesOf(
  runs: readonly MeasuredRun[],
  { labels, measure }: { readonly labels: readonly string[]; readonly measure: string },
): Curves {
  const axis = measure !== "batchLoss" &&
      runs.every(({ metrics: [first] }) => first === undefined || "epoch" in first)
    ? "epoch"
    : "step";
  const curves = runs.flatMap(({ metrics }, i) => {
    // The same folder given twice is one run.
    if (labels.indexOf(labels[i]!) < i) return [];
    const bySettings = new Map<string, Map<number, number[]>>();
    for (const row of metrics) {
      if (!row[measure] || !row[axis]) continue;
      const settings = settingsText(row);
      const points = bySettings.get(settings) ?? new Map<number, number[]>();
      bySettings.set(settings, points);
      const x = Number(row[axis]);
      points.set(x, [...points.get(x) ?? [], Number(row[measure])]);
    }
    return [...bySettings].map(([settings, points]) => ({
      run: labels[i]!,
      settings,
      points: [...points].map(([x, values]) => ({ x, ...seedPoint(values) })),
    }));
  });
  return { axis, curves };
}

/** Returns the name of a curve in plots. */
export function curveName({ run, settings }: Curve): string {
  return settings === "" ? run : `${run} ${settings}`;
}

/** The best point of some curves. */
export interface BestPoint {
  readonly curve: Curve;
  readonly point: CurvePoint;
}

/** Returns the best point of all curves: the first of the least losses, or of the largest accuracies. */
export function bestPoint(curves: readonly Curve[], measure: string): BestPoint | undefined {
  const sign = MEASURES[measure]!.goal === "max" ? -1 : 1;
  let best: BestPoint | undefined;
  for (const curve of curves) {
    for (const point of curve.points) {
      if (!Number.isFinite(point.y)) continue;
      if (best === undefined || sign * point.y < sign * best.point.y) best = { curve, point };
    }
  }
  return best;
}

function settingsText(row: MetricsRow): string {
  return Object.entries(row)
    .filter(([k, v]) => SETTINGS.includes(k) || (v !== "" && Number.isNaN(Number(v)) && !(k in MEASURES)))
    .map(([, v]) => short(v)).join(" ");
}
