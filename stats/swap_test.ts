import { checkNumber, checkOptions, type OptionNames, SEED } from "../options/mod.ts";
import { randomBits } from "../random/random_bits.ts";
import { checkSample, checkSize } from "./check_sample.ts";
import type { TestResult } from "./rank_test.ts";
import type { Scores } from "./stratified_bootstrap.ts";
import { displayedResult } from "./display.ts";

/** Options of {@linkcode swapTest}. */
export interface SwapTestOptions {
  /** The number of swaps to draw, where there are too many to count: an integer of at least 1; 10000 by default. */
  readonly resamples?: number;
  /** Seed of the drawn swaps: an integer in [0, 2^53); 0 by default. */
  readonly seed?: number;
}

const SWAP_TEST_OPTIONS = { resamples: false, seed: false } satisfies OptionNames<SwapTestOptions>;

/** The most pairs of which all swaps are counted. */
const MOST_COUNTED = 12;

/** Two statistics that differ by less than this share of the larger one are equal up to rounding. */
const ROUNDING = 1e-12;

/**
 * Tests whether two algorithms differ over tasks by any statistic: runs that share a task and a seed are pairs, and if
 * neither algorithm is better on any task, swapping the two of a pair changes nothing. Two-sided: p is the share of swaps
 * whose statistic is at least as far from 0.
 *
 * Up to 12 pairs it counts all `2^n` swaps, the identity included. For more it draws `B` swaps, of which `k` are as
 * extreme, and `p = (k + 1) / (B + 1)`. If the algorithms differ on tasks but not by the statistic, swaps scatter more
 * than the runs do, and p is too large rather than too small.
 *
 * @param a scores of one algorithm: `[task][run]`, each finite
 * @param b scores of the other, with the same tasks and runs
 * @param statistic of the algorithms in this order; it must change its sign if they are exchanged
 * @returns the statistic, and p
 * @throws {RangeError} for different tasks or runs, none, a score that is not finite, or an option out of range.
 *
 * @example
 * ```ts
 * import { swapTest } from "./swap_test.ts";
 * import { interquartileMean } from "./interquartile_mean.ts";
 * import { assertEquals } from "@std/assert";
 * const [a, b] = [[[3, 4, 5], [30, 40, 50]], [[1, 2, 3], [10, 20, 30]]];
 * const { statistic, p } = swapTest(a, b, (x, y) => interquartileMean(x.flat()) - interquartileMean(y.flat()));
 * assertEquals([statistic, p], [11, 2 / 64]);
 * ```
 *
 * @see Fisher: The Design of Experiments, 1935, section 21.
 * @see Phipson, Smyth: Permutation p-values should never be zero, 2010.
 */
export function swapTest(
  a: Scores,
  b: Scores,
  statistic: (a: Scores, b: Scores) => number,
  options: SwapTestOptions = {},
): TestResult {
  checkOptions("swapTest", options, SWAP_TEST_OPTIONS);
  const { resamples = 10_000, seed = 0 } = options;
  checkNumber("resamples", resamples, "an integer of at least 1");
  checkNumber("seed", seed, SEED);
  checkScores(a, b);
  const found = statistic(a, b);
  const least = Math.abs(found) * (1 - ROUNDING);
  const pairs = a.flat().length;
  const counted = pairs <= MOST_COUNTED;
  const count = counted ? 2 ** pairs : resamples;
  const words = Math.ceil(pairs / 32);
  const bits = counted ? Uint32Array.from({ length: count }, (_, i) => i) : randomBits(
    { seed, stream: "swaps" },
    count * words,
  );
  let extreme = 0;
  for (let r = 0; r < count; r++) {
    let pair = 0;
    const [x, y]: [number[][], number[][]] = [[], []];
    a.forEach((runs, task) => {
      const [one, other]: [number[], number[]] = [[], []];
      runs.forEach((score, run) => {
        const swapped = bits[r * words + (pair >>> 5)]! >>> (pair & 31) & 1;
        const second = b[task]![run]!;
        one.push(swapped ? second : score);
        other.push(swapped ? score : second);
        pair++;
      });
      x.push(one);
      y.push(other);
    });
    if (Math.abs(statistic(x, y)) >= least) extreme++;
  }
  return displayedResult("swapTest", {
    statistic: found,
    p: counted ? extreme / count : (extreme + 1) / (count + 1),
  });
}

function checkScores(a: Scores, b: Scores): void {
  checkSize("a", a);
  if (a.length !== b.length) {
    throw new RangeError(`both algorithms must have the same tasks, got ${a.length} and ${b.length}`);
  }
  a.forEach((runs, task) => {
    checkSample(`a[${task}]`, runs);
    checkSample(`b[${task}]`, b[task]!);
    if (runs.length !== b[task]!.length) {
      throw new RangeError(
        `both algorithms must have the same runs of a task, got ${runs.length} and ${
          b[task]!.length
        } of task ${task}`,
      );
    }
  });
}
