/**
 * Bootstrap intervals from the statistics of resamples.
 *
 * @module
 */
import { inverseNormal } from "../random/inverse_normal.ts";
import { normalTail } from "./normal_tail.ts";
import { mean, quantile } from "./sample.ts";

/** Two bounds. */
export interface Interval {
  /** The lower bound. */
  readonly low: number;
  /** The upper bound. */
  readonly high: number;
}

/**
 * Returns the quantiles of the resamples' statistics that leave `(1 - confidence) / 2` outside on each side.
 *
 * @see Efron, Tibshirani: An Introduction to the Bootstrap, 1993, chapter 13.
 */
export function percentileInterval(values: readonly number[], confidence: number): Interval {
  return { low: quantile(values, (1 - confidence) / 2), high: quantile(values, (1 + confidence) / 2) };
}

/** What {@linkcode bcaInterval} needs besides the resamples. */
export interface BcaOptions {
  /** The statistic of the sample itself. */
  readonly value: number;
  /** For each sample, its statistics without one of the values. */
  readonly leftOut: readonly (readonly number[])[];
  /** The confidence of the interval: in (0, 1). */
  readonly confidence: number;
}

/**
 * Returns the bias-corrected and accelerated interval: the quantiles at `Φ(z0 + (z0 + z) / (1 - a (z0 + z)))` for both
 * normal quantiles z of the confidence. The bias `z0` is the normal quantile of the share of resamples below the
 * statistic (half of those equal to it), the acceleration `a` the skewness of the statistics that leave one value out.
 *
 * If all resamples are equal, both bounds are that value. If all lie on one side of the statistic, or the bounds are
 * undefined for another reason, they are `NaN`.
 *
 * @see Efron, Tibshirani: An Introduction to the Bootstrap, 1993, section 14.3.
 */
export function bcaInterval(values: readonly number[], { value, leftOut, confidence }: BcaOptions): Interval {
  if (values.every((v) => v === values[0])) return { low: values[0]!, high: values[0]! };
  const below = values.filter((v) => v < value).length + values.filter((v) => v === value).length / 2;
  if (below === 0 || below === values.length) return { low: NaN, high: NaN };
  const bias = inverseNormal(below / values.length);
  const acceleration = accelerationOf(leftOut);
  const at = (z: number) => {
    const shifted = bias + z;
    const p = normalTail(-(bias + shifted / (1 - acceleration * shifted)));
    return Number.isNaN(p) ? NaN : quantile(values, p);
  };
  const z = inverseNormal((1 - confidence) / 2);
  return { low: at(z), high: at(-z) };
}

/** Returns `Σ Σ u³ / n³ / (6 (Σ Σ u² / n²)^1.5)`, where `u` is `n - 1` times how far a statistic is below their mean. */
function accelerationOf(leftOut: readonly (readonly number[])[]): number {
  let [cubes, squares] = [0, 0];
  for (const statistics of leftOut) {
    const middle = mean(statistics);
    const n = statistics.length;
    for (const s of statistics) {
      const u = (n - 1) * (middle - s) / n;
      cubes += u ** 3;
      squares += u ** 2;
    }
  }
  return cubes / (6 * squares ** 1.5);
}
