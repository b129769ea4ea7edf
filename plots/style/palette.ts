/**
 * The colors and dashes of lines.
 *
 * @module
 */

/** The look of a line: an index into {@linkcode PALETTE} and one into {@linkcode DASHES}. */
export interface LineStyle {
  /** From 0 to 8. */
  readonly color: number;
  /** From 0 to 3. */
  readonly dash: number;
}

/**
 * Nine colors for light pages and nine for dark ones, of the same hues in the same order: blue, orange, green, pink, amber,
 * indigo, black or white, purple, brown. Readers with deuteranopia or protanopia can tell any two of them apart (CIEDE2000
 * of at least 12), and each has a contrast of at least 3 to its page.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([PALETTE.light.length, PALETTE.dark.length], [9, 9]);
 * ```
 */
export const PALETTE: Readonly<Record<"light" | "dark", readonly string[]>> = {
  light: [
    "#357dbb",
    "#bf5405",
    "#009873",
    "#c1748d",
    "#b88500",
    "#3c3ede",
    "#000000",
    "#81367e",
    "#6c4f34",
  ],
  dark: [
    "#248eaf",
    "#fb7f1a",
    "#5ae1a1",
    "#f39abe",
    "#fac439",
    "#868cff",
    "#ffffff",
    "#d7c7ff",
    "#aa8d68",
  ],
};

/**
 * Four patterns of lengths in pixels, line and gap in turn: solid, dashed, dotted, and dashes with dots.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(DASHES[0], [1, 0]);
 * ```
 */
export const DASHES: readonly (readonly number[])[] = [[1, 0], [8, 4], [2, 3], [10, 3, 2, 3]];

/** The number of different styles. */
export const STYLES: number = PALETTE.light.length * DASHES.length;
