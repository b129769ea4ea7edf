import { checkNumber, checkOptions, type OptionNames, SEED } from "../options/mod.ts";
import { randomInt } from "../random/random_int.ts";
import { quantile } from "./sample.ts";

/** Confidence of intervals. */
export const CONFIDENCE = 0.95;

/** A number of which an interval is known. */
export interface Estimate {
  /** The number. */
  readonly value: number;
  /** The lower bound. */
  readonly low: number;
  /** The upper bound. */
  readonly high: number;
}

/** The options of resampling. */
export interface ResampleOptions {
  /** How often: an integer of at least 1; 10000 by default. */
  readonly resamples?: number;
  /** Seed of the resampling: an integer in [0, 2^53); 0 by default. */
  readonly seed?: number;
}

const RESAMPLE_OPTIONS = { resamples: false, seed: false } satisfies OptionNames<ResampleOptions>;

/**
 * Returns a statistic of samples and its bootstrap interval (percentiles, 95 %): each sample is resampled with
 * replacement, independently.
 *
 * A sample of one shows no spread, so its interval has no bounds. If the statistic of any resample is `NaN`, both
 * bounds are `NaN`: comparisons with them are false.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { bootstrap } from "./bootstrap.ts";
 * import { mean } from "./sample.ts";
 * import { assert } from "@std/assert";
 * const { value, low, high } = bootstrap([[3, 4, 5], [1, 2, 3]], ([a, b]) => mean(a!) - mean(b!));
 * assert(value === 2 && low < 2 && high > 2);
 * ```
 *
 * @see Efron, Tibshirani: An Introduction to the Bootstrap, 1993, chapter 13.
 */
export function bootstrap(
  samples: readonly (readonly number[])[],
  statistic: (samples: readonly (readonly number[])[]) => number,
  options: ResampleOptions = {},
): Estimate {
  checkOptions("bootstrap", options, RESAMPLE_OPTIONS);
  const { resamples = 10_000, seed = 0 } = options;
  checkNumber("resamples", resamples, "an integer of at least 1");
  checkNumber("seed", seed, SEED);
  if (samples.some((s) => s.length < 2)) {
    return { value: statistic(samples), low: -Infinity, high: Infinity };
  }
  const draws = samples.map((s, i) =>
    randomInt({ seed, stream: `bootstrap ${i}` }, resamples * s.length, { high: s.length })
  );
  const values = Array.from(
    { length: resamples },
    (_, r) => statistic(samples.map((s, i) => s.map((_, k) => s[draws[i]![r * s.length + k]!]!))),
  );
  if (values.some(Number.isNaN)) return { value: statistic(samples), low: NaN, high: NaN };
  const at = (side: 1 | -1) => quantile(values, (1 + side * CONFIDENCE) / 2);
  return { value: statistic(samples), low: at(-1), high: at(1) };
}
