/**
 * How many times longer many small operations take than one large one.
 *
 * @module
 */
import { bootstrap, type Estimate, median } from "../../../statistics/mod.ts";
import type { HardwareData, Operation } from "./data.ts";

/** The ratio of times of `n` operations of size 1 to one of size `n`. */
export interface Ratio {
  readonly what: Operation;
  /** The number of operations. */
  readonly n: number;
  /** The median of the repetitions' ratios. */
  readonly ratio: Estimate;
  /** The median milliseconds of `n` operations of size 1. */
  readonly many: number;
  /** The median milliseconds of one operation of size `n`. */
  readonly one: number;
}

/** Returns the ratio of each operation and number, in the order of the timings. */
export function ratiosOf({ timings, seed }: Pick<HardwareData, "timings" | "seed">): Ratio[] {
  const pairs = Map.groupBy(timings, ({ what, n }) => `${what} ${n}`);
  return [...pairs.values()].flatMap((pair) => {
    const first = pair[0];
    if (first === undefined) return [];
    const ratio = bootstrap([pair.map((t) => t.many / t.one)], ([r]) => median([...r!]), {
      seed,
      resamples: 2000,
    });
    const { what, n } = first;
    return { what, n, ratio, many: median(pair.map((t) => t.many)), one: median(pair.map((t) => t.one)) };
  });
}

/** Returns the ratio of an operation at a number. @throws {RangeError} when it was not timed. */
export function ratioAt(ratios: readonly Ratio[], { what, n }: { what: Operation; n: number }): Estimate {
  const found = ratios.find((r) => r.what === what && r.n === n);
  if (found === undefined) throw new RangeError(`no times of '${what}' with ${n} operations`);
  return found.ratio;
}
