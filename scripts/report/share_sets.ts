/**
 * Stores equal sets of numbers once: a plot's drawing, its table and its specification hold the same ones.
 *
 * @module
 */

/** A value whose sets are replaced by their numbers, and the sets. */
export interface Shared {
  readonly sets: readonly unknown[];
  readonly value: unknown;
}

/** Replaces each list named `values` of objects by `{ "$set": i }`, the number of the set that equals it. */
export function shareSets(value: unknown): Shared {
  const numbers = new Map<string, number>();
  const sets: unknown[] = [];
  const share = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(share);
    if (v === null || typeof v !== "object") return v;
    return Object.fromEntries(
      Object.entries(v).map((
        [name, inner],
      ) => [name, name === "values" && isSet(inner) ? setOf(inner) : share(inner)]),
    );
  };
  const setOf = (set: readonly unknown[]) => {
    const text = JSON.stringify(set);
    if (!numbers.has(text)) numbers.set(text, sets.push(set) - 1);
    return { $set: numbers.get(text)! };
  };
  return { value: share(value), sets };
}

function isSet(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every((v) => v !== null && typeof v === "object");
}
