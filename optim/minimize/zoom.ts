/**
 * The line search of Optax's L-BFGS.
 *
 * @module
 */
import { cubicThrough, parabolaThrough } from "./interpolation.ts";
import type { AtMultiple, OnLine } from "./line.ts";

/** Settings of a zoom line search. */
export interface ZoomSettings {
  /** The largest multiple of the direction; `Infinity` for none. */
  readonly maxRate: number;
  /** Sufficient decrease: the part of the slope by which the value must fall. */
  readonly slopeTolerance: number;
  /** Curvature: the part of the slope that may be left. */
  readonly curvatureTolerance: number;
  /** Relative change of the value within which the approximate Wolfe rule holds; `null` to leave that rule out. */
  readonly approximateTolerance: number | null;
  /** The width at which an interval with a point of sufficient decrease is not narrowed further. */
  readonly precision: number;
}

/** What a search begins with. */
export interface ZoomStart {
  /** The point at 0. */
  readonly start: OnLine;
  /** Evaluations before the search ends without success, at least 1. */
  readonly most: number;
  readonly settings: ZoomSettings;
}

/** The factor by which the step grows until an interval is found. */
const GROWTH = 2;

/** The parts of an interval that interpolated points keep from its ends. */
const [CUBIC_MARGIN, PARABOLA_MARGIN] = [0.2, 0.1];

/** A point, and by how much it misses the conditions: 0 if it meets them, infinity if it has a NaN. */
interface Tried extends OnLine {
  readonly decreaseError: number;
  readonly error: number;
}

/** An interval that holds a point with both conditions: `low` has the lower value, on either side. */
interface Interval {
  readonly low: OnLine;
  readonly high: OnLine;
  /** A third point, for the cubic. */
  readonly third: OnLine;
}

/**
 * Searches for a point with the strong Wolfe conditions, or with the approximate ones where values hardly change: doubles
 * the step until an interval is found, then zooms into it by a cubic, a parabola or its middle.
 *
 * Without success it returns the best point of sufficient decrease; without one, the point that it tried last, or the
 * start where that is NaN or infinite.
 *
 * @see Nocedal, Wright: Numerical Optimization, 2006, Algorithms 3.5 and 3.6.
 * @see Hager, Zhang: Algorithm 851: CG_DESCENT, 2006, equations 23, 26 and 27.
 */
export async function zoom(at: AtMultiple, { start, most, settings }: ZoomStart): Promise<OnLine> {
  const tried = async (t: number) => withErrors(await at(t), { start, settings });
  let safe: OnLine = start;
  let before: OnLine = start;
  let interval: Interval | undefined;
  for (let k = 1;; k++) {
    if (interval === undefined) {
      const t = Math.min(k === 1 ? 1 : GROWTH * before.t, settings.maxRate);
      const point = await tried(t);
      if (point.error <= 0) return point;
      if (point.decreaseError <= 0) safe = point;
      interval = intervalOf(before, point, { first: k === 1 });
      if (interval === undefined && t >= settings.maxRate) return point;
      if (k >= most) return fallback(point, { safe, start });
      before = point;
    } else {
      const width = Math.abs(interval.high.t - interval.low.t);
      const point = await tried(middleOf(interval));
      if (point.error <= 0) return point;
      if (point.decreaseError <= 0 && point.value < safe.value) safe = point;
      interval = narrowed(interval, point);
      if (k >= most || (width <= settings.precision && safe.t > 0)) return fallback(point, { safe, start });
    }
  }
}

/** Adds to a point by how much it misses the conditions. */
function withErrors(point: OnLine, { start, settings }: Pick<ZoomStart, "start" | "settings">): Tried {
  const { slopeTolerance: c1, curvatureTolerance: c2, approximateTolerance } = settings;
  const decrease = point.value - start.value - c1 * point.t * start.slope;
  const decreaseError = violation(
    approximateTolerance === null ? decrease : Math.min(
      decrease,
      Math.max(
        point.slope - (2 * c1 - 1) * start.slope,
        point.value - start.value - approximateTolerance * Math.abs(start.value),
      ),
    ),
  );
  const curvatureError = violation(Math.abs(point.slope) - c2 * Math.abs(start.slope));
  return { ...point, decreaseError, error: Math.max(decreaseError, curvatureError) };
}

function violation(error: number): number {
  return Number.isNaN(error) ? Infinity : Math.max(error, 0);
}

/** Returns the interval between two points of growing steps, if it holds a point with both conditions. */
function intervalOf(
  before: OnLine,
  point: Tried,
  { first }: { first: boolean },
): Interval | undefined {
  if (point.decreaseError > 0 || (point.value >= before.value && !first)) {
    return { low: before, high: point, third: before };
  }
  return point.slope >= 0 ? { low: point, high: before, third: point } : undefined;
}

/** Returns where to try next in an interval. */
function middleOf({ low, high, third }: Interval): number {
  const width = Math.abs(high.t - low.t);
  const [left, right] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
  const inside = (t: number, margin: number) => t > left + margin * width && t < right - margin * width;
  const cubic = cubicThrough(low, high, third);
  if (inside(cubic, CUBIC_MARGIN)) return cubic;
  const parabola = parabolaThrough(low, high);
  return inside(parabola, PARABOLA_MARGIN) ? parabola : (low.t + high.t) / 2;
}

/** Returns the part of an interval that a point within it leaves. */
function narrowed({ low, high }: Interval, point: Tried): Interval {
  if (point.decreaseError > 0 || point.value >= low.value) return { low, high: point, third: high };
  return point.slope * (high.t - low.t) >= 0
    ? { low: point, high: low, third: high }
    : { low: point, high, third: low };
}

/** Returns the best of a search that found no point with both conditions. */
function fallback(last: Tried, { safe, start }: { safe: OnLine; start: OnLine }): OnLine {
  if (safe !== start) return safe;
  return last.decreaseError === Infinity ? start : last;
}
