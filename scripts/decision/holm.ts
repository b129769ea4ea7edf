/**
 * Holm's correction for several comparisons.
 *
 * @module
 */

/**
 * Returns p-values corrected by Holm's procedure, in the order given: those below a level are rejected at that level,
 * all comparisons together.
 *
 * @see Holm: A simple sequentially rejective multiple test procedure, 1979.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((i, j) => ps[i]! - ps[j]!);
  const corrected: number[] = [];
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, ps[i]! * (ps.length - rank)));
    corrected[i] = largest;
  });
  return corrected;
}
