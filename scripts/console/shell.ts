/**
 * Quotes commands for a shell.
 *
 * @module
 */

/** Returns words as one line for a POSIX shell, quoted where necessary. */
export function shellLine(words: readonly string[]): string {
  return words.map((w) => (/^[\w./:=,@%+-]+$/.test(w) ? w : `'${w.replaceAll("'", `'\\''`)}'`)).join(" ");
}
