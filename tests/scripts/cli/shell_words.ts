/**
 * Splits a line into words as a POSIX shell does, for tests.
 *
 * @module
 */

/** Returns the words of a line with quotes, without variables and the like. */
export function shellWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}
