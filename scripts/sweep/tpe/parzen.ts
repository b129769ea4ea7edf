/**
 * Parzen estimators of the settings of trials, as Optuna 5.0 makes them by default.
 *
 * @module
 */
import {
  type Dimension,
  endsOf,
  type Mixture,
  type NumberDimension,
  type Part,
  type Point,
} from "./mixture.ts";

/** The number of latest points whose weight is whole. */
const RECENT = 25;

/** Returns the mixture of a component for each point, in the order of the trials, and one for the whole space. */
export function parzen(points: readonly Point[], dimensions: readonly Dimension[]): Mixture {
  const weights = [...ramp(points.length), 1];
  const sum = weights.reduce((a, b) => a + b, 0);
  return {
    weights: weights.map((w) => w / sum),
    parts: dimensions.map((dimension, i) => {
      const values = points.map((p) => p[i]!);
      return dimension.kind === "choice" ? choices(values, dimension.count) : numbers(values, dimension);
    }),
  };
}

/** Returns the weights of `n` points: 1 for the latest 25, before them rising evenly from 1 / n to 1. */
function ramp(n: number): number[] {
  const early = Math.max(0, n - RECENT);
  return Array.from({ length: n }, (_, i) => {
    if (i >= early) return 1;
    return early === 1 ? 1 / n : 1 / n + i * (1 - 1 / n) / (early - 1);
  });
}

/** Returns a component for each choice that was made, and one of equal probabilities. */
export function choices(values: readonly number[], count: number): Part {
  const prior = 1 / (values.length + 1);
  const total = 1 + prior * count;
  const equal = Array.from({ length: count }, () => 1 / count);
  return {
    kind: "choice",
    probabilities: [
      ...values.map((value) => equal.map((_, c) => ((c === value ? 1 : 0) + prior) / total)),
      equal,
    ],
  };
}

function numbers(values: readonly number[], dimension: NumberDimension): Part {
  const [low, high] = endsOf(dimension);
  const mu = dimension.log ? values.map(Math.log) : [...values];
  const least = (high - low) / Math.min(100, 2 + mu.length);
  const sigma = gaps(mu, [low, high]).map((gap) => Math.min(high - low, Math.max(least, gap)));
  return { kind: "number", dimension, mu: [...mu, 0.5 * (low + high)], sigma: [...sigma, high - low] };
}

/**
 * Returns for each value the larger distance to its neighbors, in the order of the values; the ends of the interval are
 * neighbors only of a single value. Equal values follow each other in the order given.
 */
function gaps(values: readonly number[], [low, high]: readonly [number, number]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = values.map(() => 0);
  for (const [rank, i] of order.entries()) {
    const before = order[rank - 1];
    const after = order[rank + 1];
    const alone = values.length === 1;
    const down = before !== undefined ? values[i]! - values[before]! : alone ? values[i]! - low : 0;
    const up = after !== undefined ? values[after]! - values[i]! : alone ? high - values[i]! : 0;
    result[i] = Math.max(down, up);
  }
  return result;
}
