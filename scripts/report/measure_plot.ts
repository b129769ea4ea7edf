/**
 * Plots one measure of `metrics.csv` over several runs.
 *
 * @module
 */
import { MEASURES, type MetricsRow, SETTINGS, short } from "../metrics/mod.ts";
import { mean } from "../statistics/mod.ts";
import type { Plot } from "./plot.ts";
import { type LinePoint, lines } from "./plots/lines.ts";

/** The largest number of lines in a plot, and of points in a line. */
const MOST_LINES = 16;
const MOST_POINTS = 200;

/** Plots a line for each group of trainings, the mean over seeds. Returns no plot if no run has the measure. */
export function measurePlot(
  runs: readonly { readonly metrics: readonly MetricsRow[] }[],
  { labels, measure }: { labels: readonly string[]; measure: string },
): Plot[] {
  const { text: y, log } = MEASURES[measure]!;
  const byLine = new Map<string, Map<number, number[]>>();
  const axis =
    runs.every((r) => r.metrics.length === 0 || "epoch" in r.metrics[0]!) && measure !== "batchLoss"
      ? "epoch"
      : "step";
  for (const [i, { metrics }] of runs.entries()) {
    for (const row of metrics) {
      if (!row[measure] || !row[axis]) continue;
      const settings = Object.entries(row).filter(([k, v]) =>
        SETTINGS.includes(k) || (v !== "" && Number.isNaN(Number(v)) && !(k in MEASURES))
      );
      const line = [labels[i]!, ...settings.map(([, v]) => short(v))].join(" ");
      const points = byLine.get(line) ?? new Map<number, number[]>();
      byLine.set(line, points);
      const x = Number(row[axis]);
      points.set(x, [...points.get(x) ?? [], Number(row[measure])]);
    }
  }
  if (byLine.size === 0) return [];
  const shown = [...byLine].slice(0, MOST_LINES);
  const points = shown.flatMap(([line, of]): LinePoint[] => {
    const all = [...of].map(([x, values]) => ({
      x,
      y: mean(values),
      ...(values.length > 1 ? { low: Math.min(...values), high: Math.max(...values) } : {}),
      line,
    }));
    const every = Math.ceil(all.length / MOST_POINTS);
    return all.filter((_, k) => k % every === 0 || k === all.length - 1);
  });
  const captions = [
    ...(points.some((p) => p.low !== undefined) ? ["Means over the seeds; the bands span them."] : []),
    ...(byLine.size > MOST_LINES ? [`The first ${MOST_LINES} of ${byLine.size} lines.`] : []),
  ];
  return [lines(points, {
    name: measure.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
    title: y[0]!.toUpperCase() + y.slice(1),
    ...(captions.length > 0 ? { caption: captions.join(" ") } : {}),
    x: axis,
    y,
    lines: shown.map(([line]) => line),
    log,
  })];
}
