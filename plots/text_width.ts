/**
 * The width of texts, for layouts without a canvas.
 *
 * @module
 */

/** Widths of characters in shares of the font size, rounded up: of sans-serif fonts such as those of plots. */
const WIDTHS: readonly (readonly [characters: RegExp, width: number])[] = [
  [/[ijl.,:;'|!()[\]ftI ]/, 0.34],
  [/[mwMWÆ@%—]/, 0.95],
  [/[A-Z]/, 0.7],
];

/** The width of other characters: small letters and digits. */
const OTHER = 0.58;

/**
 * Returns about the width of a text in pixels. Vega without a canvas takes 0.8 of the font size for each character, which
 * leaves a third of a picture empty beside a long title.
 *
 * @example
 * ```ts
 * import { textWidth } from "./text_width.ts";
 * import { assert } from "@std/assert";
 * assert(textWidth("illicit", 10) < textWidth("MAMMOTH", 10) / 2);
 * ```
 */
export function textWidth(text: string, fontSize: number): number {
  const widthOf = (c: string) => WIDTHS.find(([characters]) => characters.test(c))?.[1] ?? OTHER;
  return fontSize * [...text].reduce((sum, c) => sum + widthOf(c), 0);
}
