/**
 * Returns the item with the least value; the first of equal ones. NaN and infinities rank behind every number. Returns
 * the first item if no value is finite.
 *
 * @throws {TypeError} when there are no items.
 *
 * @example
 * ```ts
 * import { leastBy } from "./least_by.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(leastBy([{ loss: NaN }, { loss: 2 }, { loss: 1 }], (run) => run.loss), { loss: 1 });
 * ```
 */
export function leastBy<T>(items: readonly T[], valueOf: (item: T) => number): T {
  const rank = (item: T) => {
    const value = valueOf(item);
    return Number.isFinite(value) ? value : Infinity;
  };
  return items.reduce((a, b) => (rank(b) < rank(a) ? b : a));
}
