/**
 * What tests of ranks share: their options, and p-values from a distribution.
 *
 * @module
 */
import { type Alternative, ALTERNATIVES } from "./alternative.ts";
import { normalTail } from "./normal_tail.ts";

/** Options of tests of ranks. */
export interface RankTestOptions {
  /** The side of the difference: `"two-sided"` by default. */
  readonly alternative?: Alternative;
  /**
   * `"exact"` counts all cases, ties included; `"normal"` approximates. `"auto"`, the default, is exact for up to 50 values.
   */
  readonly method?: "auto" | "exact" | "normal";
  /** Whether the normal approximation moves the statistic by 0.5 towards its mean. */
  readonly continuity?: boolean;
}

/** The names of {@linkcode RankTestOptions}. */
export const RANK_TEST_OPTIONS = {
  alternative: ALTERNATIVES,
  method: ["auto", "exact", "normal"],
  continuity: "flag",
} as const;

/** The most values for which all cases are counted: up to 2^50, which a number holds exactly. */
export const MOST_RANKED = 50;

/** The result of a test. */
export interface TestResult {
  /** The statistic. */
  readonly statistic: number;
  /** The p-value. */
  readonly p: number;
}

/** Returns whether a test of `size` values is exact. @throws {RangeError} if it must be, but has too many values. */
export function isExact(size: number, { method = "auto" }: RankTestOptions): boolean {
  if (method === "exact" && size > MOST_RANKED) {
    throw new RangeError(`an exact test takes up to ${MOST_RANKED} values, got ${size}: use method "normal"`);
  }
  return method === "exact" || method === "auto" && size <= MOST_RANKED;
}

/** Returns the p-value of an integer from how often each integer, from 0 on, occurs. */
export function countedP(
  counts: Float64Array,
  { at, alternative = "two-sided" }: { readonly at: number; readonly alternative?: Alternative | undefined },
): number {
  const total = counts.reduce((sum, c) => sum + c, 0);
  const above = counts.subarray(at).reduce((sum, c) => sum + c, 0) / total;
  const below = counts.subarray(0, at + 1).reduce((sum, c) => sum + c, 0) / total;
  if (alternative === "two-sided") return Math.min(1, 2 * Math.min(above, below));
  return alternative === "greater" ? above : below;
}

/** Returns the p-value of a statistic by its mean and standard deviation; 1 if it cannot differ from its mean. */
export function normalP(
  statistic: number,
  { mean, deviation, continuity, alternative = "two-sided" }: {
    readonly mean: number;
    readonly deviation: number;
    readonly continuity: boolean;
    readonly alternative?: Alternative | undefined;
  },
): number {
  if (deviation === 0) return 1;
  const half = continuity ? 0.5 : 0;
  if (alternative === "greater") return normalTail((statistic - mean - half) / deviation);
  if (alternative === "less") return normalTail((mean - statistic - half) / deviation);
  return Math.min(1, 2 * normalTail((Math.abs(statistic - mean) - half) / deviation));
}
