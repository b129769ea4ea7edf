import { checkNumber, checkOptions, type OptionNames, SEED } from "../options/mod.ts";
import { randomInt } from "../random/random_int.ts";
import { checkSize } from "./check_sample.ts";
import { bcaInterval, percentileInterval } from "./interval.ts";
import { displayedResult } from "./display.ts";

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
  /** The confidence of the interval: in (0, 1); 0.95 by default. */
  readonly confidence?: number;
  /**
   * `"percentile"`, the default, takes the quantiles of the resamples' statistics; `"bca"` corrects them for bias and
   * skewness.
   */
  readonly interval?: "percentile" | "bca";
}

/** Options of {@linkcode bootstrap}. */
export interface BootstrapOptions extends ResampleOptions {
  /** Whether the samples are measurements of the same things, of which the same are drawn; `false` by default. */
  readonly paired?: boolean;
}

/** The names of {@linkcode ResampleOptions}. */
export const RESAMPLE_OPTIONS = {
  resamples: false,
  seed: false,
  confidence: false,
  interval: ["percentile", "bca"],
} satisfies OptionNames<ResampleOptions>;

const BOOTSTRAP_OPTIONS = { ...RESAMPLE_OPTIONS, paired: "flag" } satisfies OptionNames<BootstrapOptions>;

/** Some samples. */
type Samples = readonly (readonly number[])[];

/**
 * Returns a statistic of samples and its bootstrap interval: each sample is resampled with replacement, independently,
 * or all alike with `paired`.
 *
 * A sample of one shows no spread, so its interval has no bounds. If the statistic of any resample is `NaN`, both
 * bounds are `NaN`: comparisons with them are false.
 *
 * @param samples at least one; as many values in each if they are paired
 * @throws {RangeError} for no samples, an empty one, paired ones of different sizes, or an option out of range.
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
 * @see Efron, Tibshirani: An Introduction to the Bootstrap, 1993, chapters 13 and 14.
 */
export function bootstrap(
  samples: readonly (readonly number[])[],
  statistic: (samples: readonly (readonly number[])[]) => number,
  options: BootstrapOptions = {},
): Estimate {
  checkOptions("bootstrap", options, BOOTSTRAP_OPTIONS);
  const { resamples = 10_000, seed = 0, confidence = CONFIDENCE, interval, paired = false } = options;
  checkNumber("resamples", resamples, "an integer of at least 1");
  checkNumber("seed", seed, SEED);
  checkNumber("confidence", confidence, "in (0, 1)");
  checkSamples(samples, paired);
  const value = statistic(samples);
  if (samples.some((s) => s.length < 2)) {
    return displayedResult("bootstrap", { value, low: -Infinity, high: Infinity });
  }
  const values = resampled(samples, statistic, { resamples, seed, paired });
  if (values.some(Number.isNaN)) return displayedResult("bootstrap", { value, low: NaN, high: NaN });
  if (interval !== "bca") {
    return displayedResult("bootstrap", { value, ...percentileInterval(values, confidence) });
  }
  return displayedResult("bootstrap", {
    value,
    ...bcaInterval(values, { value, leftOut: leavingOut(samples, statistic, paired), confidence }),
  });
}

function checkSamples(samples: Samples, paired: boolean): void {
  checkSize("samples", samples);
  samples.forEach((s, i) => checkSize(`samples[${i}]`, s));
  const [first] = samples;
  const other = paired ? samples.find((s) => s.length !== first!.length) : undefined;
  if (other !== undefined) {
    throw new RangeError(`paired samples must have the same size, got ${first!.length} and ${other.length}`);
  }
}

/** Returns the statistics of resamples. */
function resampled(
  samples: Samples,
  statistic: (samples: Samples) => number,
  { resamples, seed, paired }: { resamples: number; seed: number; paired: boolean },
): number[] {
  const draws = (paired ? samples.slice(0, 1) : samples).map((s, i) =>
    randomInt({ seed, stream: `bootstrap ${i}` }, resamples * s.length, { high: s.length })
  );
  const drawn = (i: number) => draws[paired ? 0 : i]!;
  return Array.from(
    { length: resamples },
    (_, r) => statistic(samples.map((s, i) => s.map((_, k) => s[drawn(i)[r * s.length + k]!]!))),
  );
}

/** Returns the statistics without one value of a sample, for each sample; of paired ones, without one of the pairs. */
function leavingOut(
  samples: Samples,
  statistic: (samples: Samples) => number,
  paired: boolean,
): readonly (readonly number[])[] {
  return (paired ? samples.slice(0, 1) : samples).map((sample, i) =>
    sample.map((_, k) => statistic(samples.map((s, j) => (paired || i === j ? s.toSpliced(k, 1) : s))))
  );
}
