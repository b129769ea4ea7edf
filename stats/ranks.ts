/** The ranks of a sample. */
export interface Ranks {
  /** The rank of each value, from 1 on; equal values share the mean of their ranks. */
  readonly ranks: readonly number[];
  /** The sizes of the groups of equal values, ones included, from the smallest value to the largest. */
  readonly groups: readonly number[];
}

/**
 * Returns the ranks of finite values.
 *
 * @example
 * ```ts
 * import { ranksOf } from "./ranks.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(ranksOf([3, 1, 3]), { ranks: [2.5, 1, 2.5], groups: [1, 2] });
 * ```
 */
export function ranksOf(values: readonly number[]): Ranks {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranks = new Array<number>(values.length);
  const groups: number[] = [];
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let k = start; k < end; k++) ranks[order[k]!] = (start + 1 + end) / 2;
    groups.push(end - start);
    start = end;
  }
  return { ranks, groups };
}

/** Returns `Σ t³ - t` over the groups of t equal values: what ties take from the variance of a sum of ranks. */
export function tieSum(groups: readonly number[]): number {
  return groups.reduce((sum, t) => sum + t ** 3 - t, 0);
}
