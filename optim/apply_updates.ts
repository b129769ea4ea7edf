import { checkMatches, elementsOf, inFormOf, type Param, specOf, zerosOf } from "./params.ts";

/**
 * Returns the parameters after an update: `params + updates`, in new arrays.
 *
 * @throws {TypeError} when names, types or shapes differ.
 *
 * @example
 * ```ts
 * import { applyUpdates } from "./apply_updates.ts";
 * import { assertEquals } from "@std/assert";
 * const params = { w: Float64Array.of(1, 2) };
 * assertEquals(applyUpdates(params, { w: Float64Array.of(0.5, -1) }), { w: Float64Array.of(1.5, 1) });
 * ```
 */
export function applyUpdates<P extends Param, R extends Readonly<Record<string, P>>>(
  params: R,
  updates: Readonly<Record<string, Param>>,
): { [K in keyof R]: R[K] } {
  const specs = Object.fromEntries(Object.entries(params).map(([n, p]) => [n, specOf(p, `params.${n}`)]));
  checkMatches(updates, specs, "updates");
  const result = Object.entries(params).map(([name, p]) => {
    const [w, u] = [elementsOf(p, name), elementsOf(updates[name]!, name)];
    const out = zerosOf(p, w.length);
    for (let i = 0; i < w.length; i++) out[i] = w[i]! + u[i]!;
    return [name, inFormOf(p, out)];
  });
  return Object.fromEntries(result) as { [K in keyof R]: R[K] };
}
