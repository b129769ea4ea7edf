/**
 * Numbers as texts.
 *
 * @module
 */

/** Returns a number with few significant digits, 3 by default, without zeros at its end. */
export function shortText(value: number, digits = 3): string {
  return String(Number(value.toPrecision(digits)));
}

/** Shortens the decimal numbers in a text to three significant digits. */
export function shortNumbers(text: string): string {
  return text.replace(/\d*\.\d+/g, (number) => shortText(Number(number)));
}

/** Returns `1 epoch` or `3 epochs`. */
export function countOf(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? "" : "s"}`;
}
