/**
 * Tunes rates on a test function, on the same grid for every optimizer.
 *
 * @module
 */
import type { Optimizer } from "../../../mod.ts";
import { descend } from "./descend.ts";
import type { Point, TestFunction } from "./test_functions.ts";

/** The options of the search. */
export interface TuneOptions {
  /** Returns the optimizer at a rate. */
  readonly make: (learningRate: number) => Optimizer;
  readonly starts: readonly Point[];
  readonly steps: number;
  /** The exponents of the rates `2^k` to try; -14 to 6 by default. */
  readonly exponents?: readonly [from: number, to: number];
}

/**
 * Returns the rate `2^k` with the lowest mean of `log10(f - minimum + 1e-4)` over the starts and the second half of the
 * steps. This mean prefers descents that arrive early, and penalizes jumping around the minimum. If all rates fail, it
 * returns the lowest.
 */
export function tunedRate(test: TestFunction, options: TuneOptions): number {
  const { make, starts, steps, exponents: [from, to] = [-14, 6] } = options;
  const least = test.minima.length === 0 ? null : test.f(...test.minima[0]!);
  let [best, lowest] = [2 ** from, Infinity];
  for (let k = from; k <= to; k++) {
    const { paths } = descend(test, { optimizer: make(2 ** k), starts, steps });
    let total = 0;
    for (const path of paths) {
      for (const point of path.slice(Math.floor(path.length / 2))) {
        const f = test.f(...point);
        total += least === null ? f : Math.log10(Math.max(0, f - least) + 1e-4);
      }
    }
    if (total < lowest) [best, lowest] = [2 ** k, total];
  }
  return best;
}
