import { ascending } from "./holm.ts";

/**
 * Returns p-values adjusted by the procedure of Benjamini and Hochberg: of those at most the level, the expected share
 * that stands wrongly is at most the level, if the tests are independent or depend positively.
 *
 * The i-th smallest of m p-values becomes the smallest `m p(j) / j` over `j >= i`, at most 1.
 *
 * @param pValues each in [0, 1], in any order
 * @returns the adjusted p-values in the order of `pValues`
 * @throws {RangeError} for a p-value out of range, NaN included.
 *
 * @example
 * ```ts
 * import { benjaminiHochberg } from "./benjamini_hochberg.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(benjaminiHochberg([0.5, 0.125, 0.25, 1]), [2 / 3, 0.5, 0.5, 1]);
 * ```
 *
 * @see Benjamini, Hochberg: Controlling the False Discovery Rate, 1995.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length);
  let most = 1;
  ascending(pValues).forEach((_, k, places) => {
    const i = places.length - 1 - k;
    most = Math.min(most, places.length * pValues[places[i]!]! / (i + 1));
    adjusted[places[i]!] = most;
  });
  return adjusted;
}
