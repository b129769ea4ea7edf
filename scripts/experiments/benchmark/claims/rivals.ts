/**
 * Pairs of optimizers on a problem: their final differences, and who is ahead in the trials.
 *
 * @module
 */
import {
  type Asked,
  type Quantity,
  type ScaledDifferences,
  scaledDifferences,
} from "../../../decision/mod.ts";
import type { BenchmarkData, BenchmarkedProblem } from "../data.ts";
import { quantityOn } from "./quantities.ts";
import { finalValues, trainedProblems } from "../results/runs.ts";
import { type Lead, leadOn } from "../results/trial_values.ts";

/** A problem on which optimizers are compared. */
export interface Field {
  readonly problem: BenchmarkedProblem;
  readonly quantity: Quantity;
  /** The optimizers that the problem takes. */
  readonly optimizers: readonly string[];
  readonly lead: Lead;
  /** Returns by how much `a` is better than `b` on the test set, seed by seed: above 0 if it is better. */
  readonly better: (a: string, b: string) => ScaledDifferences;
}

/** A lead of this many deviations in the trials is clear, if it is at least this share of the largest. */
const CLEAR = 2;
const SHARE = 0.5;

/** Returns the problems with what optimizers are compared by, without those that take none. */
export function fieldsOf(data: BenchmarkData, asked: Asked): Field[] {
  return trainedProblems(data).map((problem) => {
    const quantity = quantityOn(problem, { ...asked, of: "final" });
    const values = new Map(
      problem.compared.arms.map((arm) => [arm.optimizer, finalValues(problem, arm)]),
    );
    const known = new Map<string, ScaledDifferences>();
    const better = (a: string, b: string) => {
      const key = JSON.stringify([a, b]);
      if (!known.has(key)) known.set(key, towardBetter(values.get(a)!, values.get(b)!, { a, b, quantity }));
      return known.get(key)!;
    };
    return {
      problem,
      quantity,
      optimizers: [...values.keys()],
      lead: leadOn(problem, quantityOn(problem, { ...asked, of: "trials" })),
      better,
    };
  });
}

function towardBetter(
  x: readonly number[],
  y: readonly number[],
  { a, b, quantity }: { a: string; b: string; quantity: Quantity },
): ScaledDifferences {
  // Of a quantity of which less is better, the difference the other way round is above 0 where `a` is better.
  return quantity.better === "higher"
    ? scaledDifferences({ name: b, a: x, b: y, sides: [a, b] }, quantity)
    : scaledDifferences({ name: b, a: y, b: x, sides: [b, a] }, quantity);
}

/** Returns the items with a clear lead; of others with a lead the one with the largest, if none is clear. */
export function clearest<T>(items: readonly T[], leadOf: (item: T) => number): T[] {
  const largest = Math.max(0, ...items.map(leadOf));
  if (largest === 0) return [];
  const least = Math.min(largest, Math.max(CLEAR, SHARE * largest));
  return items.filter((item) => leadOf(item) >= least);
}
