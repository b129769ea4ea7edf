/**
 * Settings drawn around a given one.
 *
 * @module
 */
import { drawSettings, positionOf, type SearchSpace, type Setting } from "./space.ts";

/**
 * Returns settings of which the first is given, and takes the place of the nearest of as many drawn ones: even a few then
 * reach both ends of the space.
 *
 * @param options.count how many: an integer of at least 1
 * @param options.seed an integer from 0 to 2^53 - 1
 *
 * @example
 * ```ts
 * import { drawAround } from "./around.ts";
 * import { assertEquals } from "@std/assert";
 * const space = { learningRate: { low: 1e-4, high: 1, scale: "log" } } as const;
 * const rates = drawAround({ learningRate: 0.01 }, space, { count: 4, seed: 0 }).map((s) => Number(s.learningRate));
 * assertEquals(rates[0], 0.01);
 * assertEquals([rates.some((r) => r < 1e-3), rates.some((r) => r > 0.1)], [true, true]);
 * ```
 */
export function drawAround(
  first: Setting,
  space: SearchSpace,
  { count, seed }: { count: number; seed: number },
): Setting[] {
  const drawn = drawSettings(space, { count, seed });
  const distances = drawn.map((setting) => distance(setting, { to: first, space }));
  const nearest = distances.indexOf(Math.min(...distances));
  return [first, ...drawn.filter((_, i) => i !== nearest)];
}

/** Returns the squared distance of two settings in the unit cube; different choices are 1 apart. */
function distance(setting: Setting, { to, space }: { to: Setting; space: SearchSpace }): number {
  return Object.entries(space).reduce((sum, [name, of]) => {
    const [a, b] = [setting[name], to[name]];
    if ("choices" in of) return sum + (a === b ? 0 : 1);
    return typeof b === "number" ? sum + (positionOf(of, Number(a)) - positionOf(of, b)) ** 2 : sum;
  }, 0);
}
