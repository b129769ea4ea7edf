/**
 * Plots one measure of `metrics.csv` over several runs.
 *
 * @module
 */
import { MEASURES } from "../metrics/mod.ts";
import { bestPoint, type Curve, curveName, type CurvePoint, curvesOf, type MeasuredRun } from "./curves.ts";
import type { Plot } from "./plot.ts";
import { lines } from "./plots/lines.ts";

/** The largest number of lines that are drawn at first, and that a reader can ask for. */
const MOST = { drawn: 16, lines: 256 };

/** The largest number of points: of a line, of all lines, and the least of a line of many. */
const POINTS = { ofLine: 200, ofAll: 8000, least: 40 };

/**
 * Plots a line for each group of trainings, the mean over seeds. The first lines are drawn at first, the others when a
 * reader asks for them. Returns no plot if no run has the measure.
 */
export function measurePlot(
  runs: readonly MeasuredRun[],
  { labels, measure }: { readonly labels: readonly string[]; readonly measure: string },
): Plot[] {
  const { axis, curves } = curvesOf(runs, { labels, measure });
  if (curves.length === 0) return [];
  const { text: y, log } = MEASURES[measure]!;
  const shown = curves.slice(0, MOST.lines);
  const most = Math.max(POINTS.least, Math.min(POINTS.ofLine, Math.floor(POINTS.ofAll / shown.length)));
  const names = shown.map(curveName);
  const captions = [
    ...(shown.length > MOST.drawn ? [`${MOST.drawn} of ${shown.length} lines are drawn at first.`] : []),
    ...(shown.length < curves.length
      ? [`The first ${shown.length} of ${curves.length} lines can be chosen.`]
      : []),
  ];
  const plot = lines(
    shown.flatMap((curve, i) => thinned(curve.points, most).map((point) => ({ ...point, line: names[i]! }))),
    {
      name: measure.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
      title: y[0]!.toUpperCase() + y.slice(1),
      ...(captions.length > 0 ? { caption: captions.join(" ") } : {}),
      x: axis,
      y,
      lines: names,
      hidden: names.slice(MOST.drawn),
      log,
    },
  );
  const runOf = shown.map(({ run }) => run);
  return [{ ...plot, lines: { ...plot.lines!, runs: runOf, best: bestLines(shown, measure) } }];
}

/** Returns the name of the best line of each run. */
function bestLines(curves: readonly Curve[], measure: string): string[] {
  return [...Map.groupBy(curves, ({ run }) => run).values()].flatMap((own) => {
    const best = bestPoint(own, measure);
    return best === undefined ? [] : [curveName(best.curve)];
  });
}

/** Returns every n-th point and the last one, so that about `most` are left. */
function thinned(points: readonly CurvePoint[], most: number): CurvePoint[] {
  const every = Math.ceil(points.length / most);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}
