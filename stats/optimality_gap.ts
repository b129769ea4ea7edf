import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { checkSample } from "./check_sample.ts";
import { mean } from "./sample.ts";

/** Options of {@linkcode optimalityGap}. */
export interface OptimalityGapOptions {
  /** The score beyond which more counts for nothing: a finite number; 1 by default. */
  readonly target?: number;
}

const OPTIMALITY_GAP_OPTIONS = { target: false } satisfies OptionNames<OptimalityGapOptions>;

/**
 * Returns how far scores are from a target on average: `target - mean(min(score, target))`. Smaller is better; 0 if all
 * reach it.
 *
 * @param values at least one, each finite; the scores of all runs of all tasks, say
 * @throws {RangeError} for no values, one that is not finite, or an option out of range.
 *
 * @example
 * ```ts
 * import { optimalityGap } from "./optimality_gap.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(optimalityGap([0.5, 1, 3, 1]), 0.125);
 * ```
 *
 * @see Agarwal et al.: Deep Reinforcement Learning at the Edge of the Statistical Precipice, 2021, section 4.3.
 */
export function optimalityGap(values: readonly number[], options: OptimalityGapOptions = {}): number {
  checkOptions("optimalityGap", options, OPTIMALITY_GAP_OPTIONS);
  const { target = 1 } = options;
  checkNumber("target", target, "a finite number");
  checkSample("values", values);
  return target - mean(values.map((v) => Math.min(v, target)));
}
