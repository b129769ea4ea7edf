/**
 * The directions of L-BFGS, and what they are computed from.
 *
 * @module
 */
import { type History, inverseHessianTimes, withPair } from "./history.ts";
import type { Settings } from "./lbfgs_options.ts";
import type { Known } from "./lbfgs_state.ts";
import { dot, scaled, sumOfAbs } from "./vectors.ts";

/** The least y's of a pair that PyTorch keeps. */
const LEAST_CURVATURE = 1e-10;

/** Returns the direction, and the multiple of it to try first. */
export function directionOf(
  { form, learningRate, scaleInitPrecond }: Settings,
  { count, gradient, pairs, scale }: Known,
): { direction: Float64Array; rate: number } {
  if (form === "torch") {
    const shrink = count === 0 ? Math.min(1, 1 / sumOfAbs(gradient)) : 1;
    return {
      direction: inverseHessianTimes({ pairs, scale }, gradient.map((g) => -g)),
      rate: shrink * learningRate,
    };
  }
  const first = Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
  const start = !scaleInitPrecond ? 1 : count === 0 ? first : scale;
  return {
    direction: scaled(-learningRate, inverseHessianTimes({ pairs, scale: start }, gradient)),
    rate: 1,
  };
}

/** Returns the history with one more pair, if the form keeps it. */
export function withStep(
  { form, historySize }: Settings,
  { pairs, scale }: History,
  { s, y }: { s: Float64Array; y: Float64Array },
): History {
  const [ys, yy] = [dot(y, s), dot(y, y)];
  if (form === "optax") {
    const rho = ys === 0 ? 0 : 1 / ys;
    return { pairs: withPair(pairs, { s, y, rho }, historySize), scale: yy > 0 ? ys / yy : 1 };
  }
  if (!(ys > LEAST_CURVATURE)) return { pairs, scale };
  return { pairs: withPair(pairs, { s, y, rho: 1 / ys }, historySize), scale: ys / yy };
}
