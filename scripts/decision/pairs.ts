/**
 * Pairs of measurements: their differences, an interval, and tests of the difference against bounds.
 *
 * @module
 */
import { bootstrap, type Estimate, mean, median, signFlipTest } from "../../stats/mod.ts";
import type { Quantity } from "./quantity.ts";

/** Two series of measurements, pair by pair of the same seed; `NaN` for one that diverged. */
export interface Pairs {
  /** How the evidence calls the comparison, such as the name of the other arm. */
  readonly name: string;
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** The names of both where they diverged; by default that of the decision and `name`. */
  readonly sides?: readonly [a: string, b: string];
}

/** How differences are summed up: by their mean, or, robust against outliers, by their median. */
export type Center = "mean" | "median";

/** The differences `a - b` of pairs on the scale of a quantity, without an estimate. */
export interface ScaledDifferences {
  readonly name: string;
  /** Infinite where one of the pair diverged or one of them is 0 in a ratio; `NaN` where both diverged. */
  readonly values: readonly number[];
  /** The difference up to which two sums count as equal. */
  readonly tolerance: number;
  /** How many measurements of `a` and of `b` diverged. */
  readonly diverged: readonly [a: number, b: number];
  readonly sides: readonly [a: string, b: string] | undefined;
}

/** The differences `a - b` of pairs on the scale of a quantity. */
export interface Differences extends ScaledDifferences {
  /** The estimate and its bootstrap interval (95 %); `null` if a difference is not finite. */
  readonly estimate: Estimate | null;
}

/** Returns the differences of pairs. @throws {RangeError} if there are none, or the series differ in size. */
export function differencesOf(
  pairs: Pairs,
  { quantity, center = "mean" }: { quantity: Quantity; center?: Center | undefined },
): Differences {
  const scaled = scaledDifferences(pairs, quantity);
  const { values } = scaled;
  const statistic = center === "mean" ? mean : median;
  return {
    ...scaled,
    estimate: values.every(Number.isFinite) ? bootstrap([values], ([d]) => statistic([...d!])) : null,
  };
}

/** Returns the differences of pairs without an estimate, which takes the time. @throws {RangeError} as `differencesOf`. */
export function scaledDifferences(
  { name, a, b, sides }: Pairs,
  { scale, better }: Quantity,
): ScaledDifferences {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(
      `${name}: paired samples must have the same size of at least 1, got ${a.length} and ${b.length}`,
    );
  }
  const worst = better === "higher" ? -Infinity : Infinity;
  const scaled = (all: readonly number[]) => all.map((v) => (Number.isFinite(v) ? scale.of(v) : worst));
  const [x, y] = [scaled(a), scaled(b)];
  const both = (i: number) => !Number.isFinite(a[i]) && !Number.isFinite(b[i]);
  const values = x.map((v, i) => (both(i) ? NaN : v === y[i] ? 0 : v - y[i]!));
  const lost = (all: readonly number[]) => all.filter((v) => !Number.isFinite(v)).length;
  // Each difference carries the rounding of its operands, and each sum is rounded once per pair.
  const sizes = [...x, ...y].filter(Number.isFinite).reduce((sum, v) => sum + Math.abs(v), 0);
  return {
    name,
    values,
    tolerance: (4 + a.length) * Number.EPSILON * sizes,
    diverged: [lost(a), lost(b)],
    sides,
  };
}

/** The result of a test of differences against a bound. */
export interface Tested {
  /** The two-sided p-value. */
  readonly p: number;
  /** On which side of the bound the differences are: 1 above, -1 below, 0 neither. */
  readonly side: number;
}

/**
 * Tests whether the differences center on a bound. The test flips the signs of the differences from the bound; of
 * their ranks, if a difference is not finite or the center is the median: an infinite one has the highest rank, and a
 * pair that diverged on both sides says nothing.
 *
 * @see Wilcoxon: Individual comparisons by ranking methods, 1945.
 * @see Lachin: Worst-rank score analysis with informatively missing observations, 1999.
 */
export function testAgainst(
  bound: number,
  { values, tolerance, estimate }: Differences,
  { center = "mean" }: { center?: Center | undefined } = {},
): Tested {
  const shifted = values.map((v) => v - bound);
  const slack = tolerance + values.length * Number.EPSILON * Math.abs(bound);
  const ranked = estimate === null || center === "median";
  const scores = ranked ? signedRanks(shifted, slack) : shifted;
  const total = scores.reduce((sum, v) => sum + v, 0);
  const p = signFlipTest(scores, { tolerance: ranked ? 1e-9 : slack });
  return { p, side: p === 1 ? 0 : Math.sign(total) };
}

/** Returns the ranks of the sizes of values, with their signs; 0 for 0 and `NaN`; equal ones share the mean of their ranks. */
export function signedRanks(values: readonly number[], tolerance = 0): number[] {
  const sizes = values.map(Math.abs);
  const equal = (a: number, b: number) => a === b || Math.abs(a - b) <= tolerance;
  return values.map((v, i) => {
    const own = sizes[i]!;
    if (Number.isNaN(own) || own <= tolerance) return 0;
    const smaller = sizes.filter((s) => s < own && !equal(s, own)).length;
    const same = sizes.filter((s) => equal(s, own)).length;
    return Math.sign(v) * (smaller + (same + 1) / 2);
  });
}
