/**
 * The line search of PyTorch's L-BFGS.
 *
 * @module
 */
import { cubicMinimum } from "./interpolation.ts";
import type { AtMultiple, OnLine } from "./line.ts";

/** The sufficient decrease, `c1`, and the curvature, `c2`, of the Wolfe conditions. */
const [DECREASE, CURVATURE] = [1e-4, 0.9];

/** The factor by which a step may grow at once. */
const GROWTH = 10;

/** The part of an interval that a trial point keeps from its ends. */
const MARGIN = 0.1;

/** What a search begins with. */
export interface StrongWolfeStart {
  /** The point at 0. */
  readonly start: OnLine;
  /** The multiple to try first. */
  readonly first: number;
  /** The largest absolute element of the direction. */
  readonly largest: number;
  /** The change of a parameter below which a bracket is narrow enough. */
  readonly toleranceChange: number;
  /** Trials after the first before the search ends without success. */
  readonly most: number;
}

/**
 * Searches for a point with the strong Wolfe conditions: brackets one by growing steps, then narrows the bracket, both
 * by cubic interpolation.
 *
 * A value of NaN meets no condition, as in PyTorch: the search then takes longer steps, and after `most` trials
 * returns what it tried last.
 *
 * @see Nocedal, Wright: Numerical Optimization, 2006, Algorithms 3.5 and 3.6.
 */
export async function strongWolfe(at: AtMultiple, given: StrongWolfeStart): Promise<OnLine> {
  const { start, first, most } = given;
  let [before, here] = [start, await at(first)];
  let trials = 0;
  for (; trials < most; trials++) {
    if (!decreases(here, start) || (trials > 1 && here.value >= before.value)) break;
    if (isFlat(here, start)) return here;
    if (here.slope >= 0) break;
    const bounds = [here.t + 0.01 * (here.t - before.t), here.t * GROWTH] as const;
    const next = cubicMinimum(before, here, bounds);
    [before, here] = [here, await at(next)];
  }
  if (trials === most) return lower([start, here]);
  return await narrowed(at, { ...given, bracket: [before, here], trials });
}

/** Narrows a bracket until a point in it meets the conditions, and returns the better end. */
async function narrowed(
  at: AtMultiple,
  { start, bracket: [first, second], trials, most, largest, toleranceChange }: StrongWolfeStart & {
    readonly bracket: readonly [OnLine, OnLine];
    readonly trials: number;
  },
): Promise<OnLine> {
  const bracket = [first, second];
  let low = lowerOf(bracket);
  let crowded = false;
  for (let k = trials; k < most; k++) {
    const [a, b] = [bracket[0]!, bracket[1]!];
    if (Math.abs(b.t - a.t) * largest < toleranceChange) break;
    const proposed = cubicMinimum(a, b, [Math.min(a.t, b.t), Math.max(a.t, b.t)]);
    const chosen = awayFromEnds(proposed, { ends: [a.t, b.t], crowded });
    crowded = chosen.crowded;
    const point = await at(chosen.t);
    const [best, other] = [bracket[low]!, bracket[1 - low]!];
    if (!decreases(point, start) || point.value >= best.value) {
      bracket[1 - low] = point;
      low = lowerOf(bracket);
      continue;
    }
    if (isFlat(point, start)) return point;
    if (point.slope * (other.t - best.t) >= 0) bracket[1 - low] = best;
    bracket[low] = point;
  }
  return bracket[low]!;
}

/** Moves a trial away from the ends of a bracket if the one before was near an end too, or it lies at an end. */
function awayFromEnds(
  t: number,
  { ends, crowded }: { ends: readonly [number, number]; crowded: boolean },
): { t: number; crowded: boolean } {
  const [left, right] = [Math.min(...ends), Math.max(...ends)];
  const margin = MARGIN * (right - left);
  // Written so that a NaN counts as far from the ends, as in PyTorch.
  if (!(Math.min(right - t, t - left) < margin)) return { t, crowded: false };
  if (!crowded && t < right && t > left) return { t, crowded: true };
  const nearer = Math.abs(t - right) < Math.abs(t - left) ? right - margin : left + margin;
  return { t: nearer, crowded: false };
}

/** Whether the value is not above the line of sufficient decrease; true for NaN. */
function decreases({ t, value }: OnLine, start: OnLine): boolean {
  return !(value > start.value + DECREASE * t * start.slope);
}

function isFlat({ slope }: OnLine, start: OnLine): boolean {
  return Math.abs(slope) <= -CURVATURE * start.slope;
}

function lowerOf([a, b]: readonly OnLine[]): 0 | 1 {
  return a!.value <= b!.value ? 0 : 1;
}

function lower(points: readonly [OnLine, OnLine]): OnLine {
  return points[lowerOf(points)];
}
