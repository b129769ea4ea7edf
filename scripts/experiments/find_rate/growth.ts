/**
 * The growth of the learning rate in a range test.
 *
 * @module
 */
import type { Growth, RateRange } from "./data.ts";

/** The ways in which a rate grows: by the same factor, or by the same amount, at each step. */
export const GROWTHS: readonly Growth[] = ["exponential", "linear"];

/**
 * Returns the rate at each step, from 0: `low` at the first of `steps` steps, `high` at the last.
 *
 * @see Smith: Cyclical learning rates for training neural networks, 2017, section 3.3 (linear growth).
 */
export function growingRate({ low, high, steps, growth }: RateRange): (step: number) => number {
  const share = (step: number) => Math.min(1, step / (steps - 1));
  return growth === "linear"
    ? (step) => low + (high - low) * share(step)
    : (step) => low * (high / low) ** share(step);
}
