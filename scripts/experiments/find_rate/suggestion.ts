/**
 * The learning-rate range test: what a loss that was measured at growing rates suggests.
 *
 * @module
 */

/** The loss is too large, and the test over, at so many times the least smoothed loss. */
export const LIMIT = 4;

/** The suggestion is the rate with the least smoothed loss, divided by this. */
export const BELOW = 10;

/** The share of the steps, at the beginning, that no suggestion is taken from. */
export const SKIPPED = 0.1;

/** The share of the steps over which the steepness of a fall is taken: of single steps the noise of batches would decide. */
export const SPAN = 0.1;

/** A fall counts from so many times the standard deviation that the noise of batches gives it. */
export const NOISE = 4;

/** A step of a test. */
export interface RangePoint {
  /** Its number, from 1 on. */
  readonly step: number;
  readonly rate: number;
  /** The loss of the step's batch before its update. */
  readonly loss: number;
  /** The bias-corrected exponential average of the losses so far. */
  readonly smoothed: number;
}

/** The rates that a test suggests; `null` where the smoothed loss falls by no more than the noise of batches explains. */
export interface Suggestion {
  /**
   * The rate around which the smoothed loss falls most steeply against the logarithm of the rate, over a tenth of all
   * steps; `null`, too, if fewer steps lead to the least loss.
   */
  readonly steepest: number | null;
  /** A tenth of the rate with the least smoothed loss. */
  readonly minimum: number | null;
}

/** The result of a test. */
export interface RangeResult {
  /** The steps up to the end of the test. */
  readonly points: readonly RangePoint[];
  readonly suggestion: Suggestion;
  /** The least smoothed loss of the steps considered and its rate; `null` if there are none. */
  readonly least: { readonly rate: number; readonly smoothed: number } | null;
  /** `true` if the least smoothed loss is that of the last step: higher rates might give a lower one. */
  readonly leastAtEnd: boolean;
  /** `true` if the loss became too large, or was not finite. */
  readonly diverged: boolean;
  /** The rate of the step at which it was; `null` if it never was. */
  readonly divergedAt: number | null;
}

/**
 * Returns the bias-corrected exponential averages of losses: `a = smoothing a + (1 - smoothing) loss` from `a = 0`, divided
 * by `1 - smoothing^n` after `n` losses.
 */
export function smoothedLosses(losses: readonly number[], smoothing: number): number[] {
  let average = 0;
  return losses.map((loss, i) => {
    average = smoothing * average + (1 - smoothing) * loss;
    return average / (1 - smoothing ** (i + 1));
  });
}

/**
 * Returns the index of the first loss that is NaN or infinite, or whose smoothed value exceeds 4 times the least before
 * it; `undefined` if there is none. If the least is not above 0, multiples of it mean nothing, and only the former counts.
 */
export function divergesAt(losses: readonly number[], smoothing: number): number | undefined {
  let least = Infinity;
  const at = smoothedLosses(losses, smoothing).findIndex((smoothed, i) => {
    if (!Number.isFinite(losses[i]) || (least > 0 && smoothed > LIMIT * least)) return true;
    least = Math.min(least, smoothed);
    return false;
  });
  return at < 0 ? undefined : at;
}

/**
 * Evaluates a test. Suggestions come from the steps before the loss diverged, without the first tenth of all steps, whose
 * averages are of few losses.
 *
 * @param options.rate the rate at each step, from 0
 * @param options.steps the steps of a test that does not diverge
 */
export function rangeTest(
  losses: readonly number[],
  { rate, steps, smoothing }: { rate: (step: number) => number; steps: number; smoothing: number },
): RangeResult {
  const end = divergesAt(losses, smoothing);
  const smoothed = smoothedLosses(losses, smoothing);
  const points = losses.slice(0, end === undefined ? losses.length : end + 1)
    .map((loss, i): RangePoint => ({ step: i + 1, rate: rate(i), loss, smoothed: smoothed[i]! }));
  const considered = points.slice(Math.floor(SKIPPED * steps), end);
  const least = indexOfLeast(considered.map((p) => p.smoothed));
  const found = least === undefined ? undefined : considered[least]!;
  const falls = fallsIn(losses.slice(0, found?.step ?? 0), smoothing);
  return {
    points,
    suggestion: {
      steepest: steepestRate(
        considered.slice(0, (least ?? -1) + 1),
        { reach: Math.max(1, Math.round((SPAN * steps) / 2)), falls },
      ),
      minimum: found === undefined || !falls(considered[0]!, found) ? null : found.rate / BELOW,
    },
    least: found === undefined ? null : { rate: found.rate, smoothed: found.smoothed },
    leastAtEnd: end === undefined && found !== undefined && found.step === losses.length,
    diverged: end !== undefined,
    divergedAt: end === undefined ? null : rate(end),
  };
}

/** Returns the index of the first of the least values. */
function indexOfLeast(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.indexOf(Math.min(...values));
}

/** Returns whether the smoothed loss falls from one point to a later one by more than the noise of batches explains. */
type Falls = (from: RangePoint, to: RangePoint) => boolean;

/**
 * Returns what tells falls from noise. The variance of a batch's loss comes from the second differences of the losses, which
 * a trend hardly changes; the averages of two steps share their losses, so they are correlated.
 */
function fallsIn(losses: readonly number[], smoothing: number): Falls {
  const bends = losses.slice(2).map((loss, i) => (loss - 2 * losses[i + 1]! + losses[i]!) ** 2 / 6);
  const variance = bends.reduce((sum, v) => sum + v, 0) / bends.length;
  /** Returns the variance of an average, that of a loss being 1. */
  const share = (n: number) =>
    (1 - smoothing) / (1 + smoothing) * (1 + smoothing ** n) / (1 - smoothing ** n);
  return (from, to) => {
    const common = smoothing ** (to.step - from.step) * (1 - smoothing ** from.step) /
      (1 - smoothing ** to.step);
    const difference = share(to.step) + share(from.step) * (1 - 2 * common);
    return from.smoothed - to.smoothed > NOISE * Math.sqrt(variance * difference);
  };
}

/**
 * Returns the rate of the point around which the fall is steepest; `null` if it falls nowhere.
 *
 * @param options.reach the number of points before and after it over which the fall is taken
 */
function steepestRate(
  points: readonly RangePoint[],
  { reach, falls }: { reach: number; falls: Falls },
): number | null {
  const slopes = points.slice(2 * reach).map((after, i) => {
    const before = points[i]!;
    return (after.smoothed - before.smoothed) / Math.log(after.rate / before.rate);
  });
  const least = indexOfLeast(slopes);
  if (least === undefined || !falls(points[least]!, points[least + 2 * reach]!)) return null;
  return points[least + reach]!.rate;
}
