/**
 * The best value of each run along its curves.
 *
 * @module
 */
import { MEASURES } from "../metrics/mod.ts";
import { bestPoint, curvesOf, type MeasuredRun } from "./curves.ts";

/**
 * Returns the best value of each measure for each run, by the measure's name, and where it was: `0.1200 (adam, epoch 8)`.
 * A loss of batches is left out: the least one is a matter of luck. So are test results if there are validation results:
 * the best of many test results is chosen by the test set, and too good.
 */
export function bestTexts(
  runs: readonly MeasuredRun[],
  labels: readonly string[],
): Readonly<Record<string, string>>[] {
  const texts: Record<string, string>[] = runs.map(() => ({}));
  const isValidated = runs.some(({ metrics }) =>
    metrics.some((r) => r.validationLoss || r.validationAccuracy)
  );
  for (const [measure, { text }] of Object.entries(MEASURES)) {
    if (measure === "batchLoss" || (isValidated && measure.startsWith("test"))) continue;
    const { axis, curves } = curvesOf(runs, { labels, measure });
    const byRun = Map.groupBy(curves, ({ run }) => run);
    for (const [i, label] of labels.entries()) {
      const best = bestPoint(byRun.get(label) ?? [], measure);
      if (best === undefined) continue;
      const { point: { x, y }, curve: { settings } } = best;
      texts[i]![text] = `${y === 0 ? "0" : y.toPrecision(4)} (${
        settings === "" ? "" : `${settings}, `
      }${axis} ${x})`;
    }
  }
  return texts;
}
