import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { CONFIDENCE, type Estimate } from "./bootstrap.ts";
import { checkSample } from "./check_sample.ts";
import { deviation, mean } from "./sample.ts";
import { studentQuantile, studentTail } from "./student_tail.ts";
import { displayedResult } from "./display.ts";

/** Options of {@linkcode welch}. */
export interface WelchOptions {
  /** The other sample: at least two values, each finite. */
  readonly with: readonly number[];
  /** The confidence of the interval: in (0, 1); 0.95 by default. */
  readonly confidence?: number;
}

const WELCH_OPTIONS = { with: true, confidence: false } satisfies OptionNames<WelchOptions>;

/** The result of {@linkcode welch}. */
export interface WelchResult extends Estimate {
  /** The two-sided p-value of no difference. */
  readonly p: number;
  /** The degrees of freedom, by Welch and Satterthwaite; infinite if neither sample varies. */
  readonly degrees: number;
}

/**
 * Compares the means of two independent samples, whose sizes and variances may differ: returns `mean(a) - mean(b)`, its
 * interval by Student's t with Welch's degrees of freedom, and the p-value of no difference. It assumes that each sample
 * has a normal distribution. With three values in a sample it stays honest where bootstrap intervals are too narrow.
 *
 * If neither sample varies, both bounds are the difference, and p is 0, or 1 if there is no difference.
 *
 * @param a at least two values, each finite
 * @throws {RangeError} for fewer, one that is not finite, or an option out of range.
 *
 * @example
 * ```ts
 * import { welch } from "./mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const { value, low, high } = welch([3, 4, 5], { with: [1, 2, 3] });
 * assertAlmostEquals(value, 2);
 * assertAlmostEquals(low, -0.2669579, 1e-6);
 * assertAlmostEquals(high, 4.2669579, 1e-6);
 * ```
 *
 * @see Welch: The generalization of "Student's" problem when several different population variances are involved, 1947.
 */
export function welch(a: readonly number[], options: WelchOptions): WelchResult {
  checkOptions("welch", options, WELCH_OPTIONS);
  const { with: b, confidence = CONFIDENCE } = options;
  checkNumber("confidence", confidence, "in (0, 1)");
  checkSample("a", a, { least: 2 });
  checkSample("with", b, { least: 2 });
  const value = mean(a) - mean(b);
  const { error, degrees } = welchError([a, b].map((s) => ({ size: s.length, deviation: deviation(s) })));
  if (error === 0) {
    return displayedResult("welch", { value, low: value, high: value, p: value === 0 ? 1 : 0, degrees });
  }
  const half = error * studentQuantile((1 - confidence) / 2, { degrees });
  const p = 2 * studentTail(Math.abs(value) / error, { degrees });
  return displayedResult("welch", { value, low: value - half, high: value + half, p, degrees });
}

/**
 * Returns the standard error of the difference of the means of two samples, and the degrees of freedom of its interval.
 *
 * @param samples two samples by their sizes, at least 2, and standard deviations
 *
 * @example
 * ```ts
 * import { welchError } from "./mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const { error, degrees } = welchError([{ size: 8, deviation: 2 }, { size: 8, deviation: 2 }]);
 * assertAlmostEquals(error, 1);
 * assertAlmostEquals(degrees, 14);
 * ```
 */
export function welchError(samples: readonly { readonly size: number; readonly deviation: number }[]): {
  readonly error: number;
  readonly degrees: number;
} {
  const variances = samples.map(({ size, deviation }) => deviation * deviation / size);
  const total = variances.reduce((sum, v) => sum + v, 0);
  if (total === 0) return { error: 0, degrees: Infinity };
  // Shares of the variance: their squares neither overflow nor vanish.
  const parts = samples.map(({ size }, i) => (variances[i]! / total) ** 2 / (size - 1));
  return { error: Math.sqrt(total), degrees: 1 / parts.reduce((sum, v) => sum + v, 0) };
}
