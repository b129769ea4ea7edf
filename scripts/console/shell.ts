/**
 * Commands as they would be typed.
 *
 * @module
 */

/** Words as one line for a POSIX shell, quoted where they need to be. */
export function shellLine(words: readonly string[]): string {
  return words.map((w) => (/^[\w./:=,@%+-]+$/.test(w) ? w : `'${w.replaceAll("'", `'\\''`)}'`)).join(" ");
}
