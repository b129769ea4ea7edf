/**
 * Plots our curves beside stored ones.
 *
 * @module
 */
import { MEASURES } from "../comparison/mod.ts";
import { type LinePoint, lines, type Plot } from "../report/mod.ts";
import { mean } from "../statistics/mod.ts";
import type { Baseline, StoredMeasure } from "./baseline.ts";
import { storedCurves } from "./claim.ts";
import type { Curves } from "./curves.ts";

/** The owners of the curves: the styles of the lines. */
const [OURS, THEIRS] = ["here", "stored"] as const;

/** Our curves of a rule. */
export interface OwnCurves {
  /** The rule's text, as in the stored runs. */
  readonly optimizer: string;
  readonly curves: Curves;
}

/**
 * Returns a plot of a measure on a problem: for each rule the mean over our seeds as a thin line, and that over the
 * stored runs as a wide, pale and dashed one, in bands from the least to the most. Stored curves end with ours.
 */
export function baselinePlot(
  { problem, source, rules }: Baseline,
  { measure, ours }: { readonly measure: StoredMeasure; readonly ours: readonly OwnCurves[] },
): Plot {
  const what = MEASURES[measure];
  const accuracy = measure === "testAccuracy";
  // The accuracy of a guess would flatten all that follows; a single value after it would be no line.
  const several = Math.max(0, ...ours.flatMap(({ curves }) => curves.map((c) => c.length))) > 2;
  const first = accuracy && several ? 1 : 0;
  const points = ours.flatMap(({ optimizer, curves }) => {
    const rule = rules.find((r) => r.optimizer === optimizer);
    if (rule === undefined) return [];
    const length = Math.max(0, ...curves.map((c) => c.length));
    const stored = storedCurves(rule, measure).map((c) => c.slice(0, length));
    const at = { line: optimizer, first };
    return [...pointsOf(curves, { ...at, style: OURS }), ...pointsOf(stored, { ...at, style: THEIRS })];
  });
  return lines(points, {
    name: `${problem.replaceAll("_", "-")}-stored`,
    title: `${problem}: ${what}, here and in ${source.name}'s stored runs`,
    caption: "Thin: means over the seeds here. Wide and dashed: means over the stored runs. " +
      (first > 0 ? "The values before the training are left out. " : "") +
      `Stored runs: ${source.repository}, commit ${source.commit.slice(0, 7)}, ${source.license} license.`,
    x: "epoch",
    y: what,
    styles: [OURS, THEIRS],
    bands: "Bands: from the least to the largest value of a run.",
    log: !accuracy,
  });
}

/** Returns the points of some curves, at the epochs where all of those that go so far are finite and two or all do. */
function pointsOf(
  curves: Curves,
  { line, style, first }: { line: string; style: string; first: number },
): LinePoint[] {
  const fewest = Math.min(2, curves.length);
  const length = Math.max(0, ...curves.map((c) => c.length));
  return Array.from({ length }, (_, x) => x).slice(first).flatMap((x) => {
    const values = curves.flatMap((c) => c[x] ?? []);
    if (values.length < fewest || !values.every(Number.isFinite)) return [];
    return [{ x, y: mean(values), low: Math.min(...values), high: Math.max(...values), line, style }];
  });
}
