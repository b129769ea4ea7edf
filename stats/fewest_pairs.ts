import { checkNumber, checkOptions } from "../options/mod.ts";
import { type Alternative, ALTERNATIVES } from "./alternative.ts";

/** Options of {@linkcode fewestPairs}. */
export interface TestOptions {
  /** The level of the test: in (0, 1); 0.05 by default. */
  readonly level?: number;
  /** Comparisons that are corrected for together by Holm's procedure: an integer of at least 1; 1 by default. */
  readonly comparisons?: number;
  /** The side of the difference: `"two-sided"` by default. */
  readonly alternative?: Alternative;
}

/** The names of {@linkcode TestOptions}. */
export const TEST_OPTIONS = { level: false, comparisons: false, alternative: ALTERNATIVES } as const;

/**
 * Returns the fewest pairs with which an exact sign-flip test can reach its level: those at which all differences on one
 * side give `p <= level / comparisons`, the strictest bound of Holm's procedure.
 *
 * Of `2^n` flips only one gives a sum as large (two give one as far from 0), so p is at least `2^-n` (`2^(1-n)`
 * two-sided). The exact Wilcoxon test without ties needs as many.
 *
 * @returns an integer of at least 1
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { fewestPairs } from "./fewest_pairs.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([1, 3].map((comparisons) => fewestPairs({ level: 0.05, comparisons })), [6, 7]);
 * ```
 */
export function fewestPairs(options: TestOptions = {}): number {
  checkOptions("fewestPairs", options, TEST_OPTIONS);
  return pairsReaching(options);
}

/** Returns the fewest pairs of a test; its options may be part of a larger record. */
export function pairsReaching(test: TestOptions): number {
  const bound = strictestLevel(test);
  let pairs = 1;
  while (sidesOf(test) / 2 ** pairs > bound) pairs++;
  return pairs;
}

/** Returns the strictest bound on p of Holm's procedure: `level / comparisons`. */
export function strictestLevel({ level = 0.05, comparisons = 1 }: TestOptions): number {
  checkNumber("level", level, "in (0, 1)");
  checkNumber("comparisons", comparisons, "an integer of at least 1");
  return level / comparisons;
}

/** Returns on how many sides a test looks for a difference. */
export function sidesOf({ alternative = "two-sided" }: TestOptions): 1 | 2 {
  return alternative === "two-sided" ? 2 : 1;
}
