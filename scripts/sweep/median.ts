/**
 * Median pruning: a trial stops if its best value so far is worse than the median of earlier trials after the same epoch.
 * Pure functions with the semantics of Optuna's `MedianPruner`, whose steps are the epochs, counted from 0.
 *
 * @module
 */

/** The values of the metric by step: step 0 is the first epoch. */
export type Curve = ReadonlyMap<number, number>;

/** When trials may be pruned. */
export interface PruneOptions {
  readonly goal: "max" | "min";
  /** The number of first steps after which no trial is pruned. */
  readonly warmUp: number;
  /** The number of steps from one check to the next. */
  readonly interval: number;
}

/**
 * Returns the median of the curves' values at each step; `undefined` if there are too few curves. Values that are not
 * numbers are left out.
 */
export function mediansOf(curves: readonly Curve[], { startup }: { startup: number }): Curve | undefined {
  if (curves.length === 0 || curves.length < startup) return undefined;
  const steps = new Set(curves.flatMap((curve) => [...curve.keys()]));
  const all = [...steps].sort((a, b) => a - b).map((step) => {
    const values = curves.map((curve) => curve.get(step) ?? NaN).filter((v) => !Number.isNaN(v));
    return [step, medianOf(values)] as const;
  });
  return new Map(all.filter(([, median]) => !Number.isNaN(median)));
}

/** Returns whether a trial stops after the last step of its curve. */
export function isPruned(curve: Curve, medians: Curve, { goal, warmUp, interval }: PruneOptions): boolean {
  const steps = [...curve.keys()].sort((a, b) => a - b);
  const last = steps.at(-1);
  if (last === undefined || last < warmUp) return false;
  const check = Math.floor((last - warmUp) / interval) * interval + warmUp;
  if ((steps.at(-2) ?? -1) >= check) return false;
  const values = [...curve.values()].filter((v) => !Number.isNaN(v));
  if (values.length === 0) return true;
  const median = medians.get(last);
  if (median === undefined) return false;
  return goal === "max" ? Math.max(...values) < median : Math.min(...values) > median;
}

/** Returns the median, the mean of the two middle values of an even number; `NaN` without values. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low = NaN, high = NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return high - (high - low) / 2;
}
