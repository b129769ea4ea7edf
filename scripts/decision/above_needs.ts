/**
 * Numbers of seeds that decide claims that one series of measurements is above or below others.
 *
 * @module
 */
import { deviation } from "../../stats/mod.ts";
import type { Needs } from "../report/mod.ts";
import {
  noVariance,
  type PowerNeeds,
  powerNeeds,
  type Repeated,
  SEEDS,
  seenNeeds,
  type Sought,
  tooFew,
} from "./needs.ts";
import type { Differences, Tested } from "./pairs.ts";
import type { Quantity } from "./quantity.ts";

/** A comparison with its tests, in the direction of the claim. */
export interface Compared {
  readonly differences: Differences;
  /** The differences in the direction of the claim: above 0 speaks for it. */
  readonly towards: Differences;
  /** Against the margin of the claim. */
  readonly claimed: Tested;
  /** Against the smallest difference that matters, or the margin where that is named. */
  readonly mattering: Tested;
}

/** What the numbers of seeds depend on. */
export interface Sized {
  readonly quantity: Quantity;
  readonly toward: 1 | -1;
  readonly candidates?: number;
  readonly repeated?: Repeated;
  readonly margin: number;
  readonly matters: number;
  readonly comparisons: number;
}

/** Returns how many seeds show the smallest effect that matters, or the margin, in all comparisons; `null` if there is none. */
export function powerOf(
  compared: readonly Compared[],
  { quantity: { scale, smallest }, margin, comparisons }: Sized,
  scatter: (differences: readonly number[]) => number = deviation,
): PowerNeeds | null {
  if (compared.length === 0) return null;
  const effect = margin === 0 ? smallest : Math.abs(margin);
  const scatters = compared.map(({ towards: { values } }) => scatter(values.map((v) => v - margin)));
  return powerNeeds({ effect, deviation: Math.max(...scatters) }, {
    comparisons,
    shown: scale.shown(effect),
    unit: scale.unit,
  });
}

/**
 * Returns what the differences are on the way to, as they are seen: all of them above the margin, or one of them below
 * what matters. It takes what is nearer, in deviations.
 */
function seenOf(open: readonly Compared[], { margin, matters }: Sized): Sought {
  const all = open.flatMap(({ towards: { values, estimate } }) =>
    estimate === null ? [] : [{ value: estimate.value, deviation: deviation(values) }]
  );
  const above = all.map(({ value, deviation }) => ({ effect: Math.max(0, value - margin), deviation }));
  const below = all.map(({ value, deviation }) => ({ effect: Math.max(0, matters - value), deviation }));
  // Without a scatter any effect is infinitely large.
  const size = ({ effect, deviation }: Sought) => (effect === 0 ? 0 : effect / deviation);
  const least = above.reduce((a, b) => (size(b) < size(a) ? b : a));
  return [least, ...below].reduce((a, b) => (size(b) > size(a) ? b : a));
}

/** Returns what would decide: the fewest seeds that can, or those that decide if the differences are as seen. */
export function needsOf(
  open: readonly Compared[],
  { count, pairs, ...sized }: Sized & { count: number; pairs: number },
): Needs {
  const { quantity: { scale, smallestText }, toward, margin, comparisons, candidates = 1, repeated = SEEDS } =
    sized;
  const few = tooFew(count, { comparisons: pairs, candidates, repeated });
  if (few !== undefined) return few;
  if (open.some(({ towards: { estimate } }) => estimate === null)) return noVariance(repeated);
  const seen = seenOf(open, sized);
  return seenNeeds(seen, {
    count,
    comparisons,
    shown: scale.shown(seen.effect),
    unit: scale.unit,
    smallest: powerOf(open, sized)?.seeds ?? null,
    sizeText: margin === 0
      ? `a difference of ${smallestText}, the smallest that matters,`
      : `a difference of ${scale.text(Math.abs(margin))} from ${
        Number(scale.shown(toward * margin).toPrecision(3))
      }`,
    repeated,
  });
}
