import { checkNumber } from "../options/mod.ts";

/**
 * Returns p-values adjusted by Holm's procedure: those at most the level stand, and the probability that any of them
 * stands wrongly is at most the level, whatever the tests depend on.
 *
 * The i-th smallest of m p-values becomes the largest `(m - j + 1) p(j)` over `j <= i`, at most 1.
 *
 * @param pValues each in [0, 1], in any order
 * @returns the adjusted p-values in the order of `pValues`
 * @throws {RangeError} for a p-value out of range, NaN included.
 *
 * @example
 * ```ts
 * import { holm } from "./holm.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(holm([0.5, 0.125, 0.25]), [0.5, 0.375, 0.5]);
 * ```
 *
 * @see Holm: A Simple Sequentially Rejective Multiple Test Procedure, 1979.
 */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length);
  let least = 0;
  ascending(pValues).forEach((at, i) => {
    least = Math.max(least, Math.min(1, (pValues.length - i) * pValues[at]!));
    adjusted[at] = least;
  });
  return adjusted;
}

/** Returns the places of p-values from the smallest to the largest. @throws {RangeError} for one out of range. */
export function ascending(pValues: readonly number[]): number[] {
  pValues.forEach((p, i) => checkNumber(`pValues[${i}]`, p, "in [0, 1]"));
  return pValues.map((_, i) => i).sort((i, j) => pValues[i]! - pValues[j]!);
}
