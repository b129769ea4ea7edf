/**
 * Arranges rooms in layers, and leaves out arrows that follow from others.
 *
 * @module
 */

/** The imports of each room, by name. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Returns the layer of each room, 0 at the top: one below the lowest room that imports it.
 *
 * @throws {Error} naming a circle of imports.
 */
export function layersOf(imports: Imports): Map<string, number> {
  const layers = new Map<string, number>();
  const importers = new Map([...imports.keys()].map((name): [string, string[]] => [name, []]));
  for (const [from, all] of imports) for (const to of all) importers.get(to)?.push(from);
  const layer = (name: string, path: readonly string[]): number => {
    if (path.includes(name)) throw new Error(`rooms import each other: ${[...path, name].join(" <- ")}`);
    const known = layers.get(name);
    if (known !== undefined) return known;
    const above = (importers.get(name) ?? []).map((from) => layer(from, [...path, name]));
    const found = above.length === 0 ? 0 : Math.max(...above) + 1;
    layers.set(name, found);
    return found;
  };
  for (const name of imports.keys()) layer(name, []);
  return layers;
}

/**
 * Returns the imports without those that a longer path through other rooms implies.
 *
 * @throws {Error} naming a circle of imports.
 */
export function withoutImplied(imports: Imports): Imports {
  layersOf(imports);
  const reach = new Map<string, Set<string>>();
  const reachable = (from: string): Set<string> => {
    const known = reach.get(from);
    if (known) return known;
    const found = new Set<string>();
    for (const to of imports.get(from) ?? []) {
      found.add(to);
      for (const further of reachable(to)) found.add(further);
    }
    reach.set(from, found);
    return found;
  };
  return new Map([...imports].map(([from, all]) => [
    from,
    new Set([...all].filter((to) => ![...all].some((other) => other !== to && reachable(other).has(to)))),
  ]));
}
