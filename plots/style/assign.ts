/**
 * Gives each line of a plot its color and dash.
 *
 * @module
 */
import { DASHES, type LineStyle, PALETTE, STYLES } from "./palette.ts";
import { tableStyle } from "./table.ts";

/** The options of {@linkcode lineStyles}. */
export interface LineStylesOptions {
  /**
   * Whether lines without a rule are steps of a series, such as rates or schedules: they take the colors in order. `false`
   * by default: such a line is a rule of one's own, and its name decides.
   */
  readonly series?: boolean;
}

/**
 * Returns the color and dash of each line of one plot, in the order of the names. A line named after an update rule has the
 * rule's style, the same in all plots; one that is not has the style that a hash of its name selects. No two lines of a plot
 * share a style, up to 36 lines: the rule that comes later in the table, or the name that comes later in the alphabet, takes
 * the next free dash of its color, or else the next free color.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const [adam] = lineStyles(["adam"]);
 * assertEquals(lineStyles(["sgd", "adam(beta1=0.95)"])[1], adam);
 * // Two lines of one rule differ in their dashes.
 * assertEquals(lineStyles(["adam, small rate", "adam"]), [{ color: 0, dash: 1 }, { color: 0, dash: 0 }]);
 * ```
 */
export function lineStyles(
  names: readonly string[],
  { series = false }: LineStylesOptions = {},
): LineStyle[] {
  const uses = new Map<string, number>();
  const take = (name: string, wanted: LineStyle): readonly [string, LineStyle] => {
    const all = fromHere(wanted);
    const least = Math.min(...all.map((style) => uses.get(keyOf(style)) ?? 0));
    const style = all.find((s) => (uses.get(keyOf(s)) ?? 0) === least)!;
    uses.set(keyOf(style), least + 1);
    return [name, style];
  };
  const lines = [...new Set(names)].map((name) => ({ name, style: tableStyle(name) }));
  const known = lines.flatMap(({ name, style }) => (style === undefined ? [] : [{ name, style }]))
    .toSorted((a, b) => a.style.place - b.style.place || compare(a.name, b.name));
  const others = lines.filter(({ style }) => style === undefined).map(({ name }) => name);
  const taken = new Map([
    ...known.map(({ name, style }) => take(name, style)),
    ...(series
      ? others.map((name, i) => take(name, styleAt(i)))
      : others.toSorted(compare).map((name) => take(name, styleAt(hash(name) % STYLES)))),
  ]);
  return names.map((name) => taken.get(name)!);
}

/** Returns the styles in the order of search: the dashes of the wanted color, then the same of the next colors. */
function fromHere({ color, dash }: LineStyle): LineStyle[] {
  const colors = PALETTE.light.length;
  return Array.from({ length: STYLES }, (_, i) => ({
    color: (color + Math.floor(i / DASHES.length)) % colors,
    dash: (dash + i) % DASHES.length,
  }));
}

/** Returns a style by its number: first all colors of the first dash. */
function styleAt(i: number): LineStyle {
  const colors = PALETTE.light.length;
  return { color: i % colors, dash: Math.floor(i / colors) % DASHES.length };
}

function keyOf({ color, dash }: LineStyle): string {
  return `${color} ${dash}`;
}

/** Compares texts by code units, in the same way on all machines. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Returns the 32-bit FNV-1a hash of a text. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
}
