/**
 * Patterns of parameters' names.
 *
 * @module
 */

/** A pattern: alternatives with `|` between them. */
export interface Glob {
  readonly text: string;
  /** Returns whether the pattern matches a whole name. */
  readonly matches: (name: string) => boolean;
  /** Returns the first alternative that matches none of the names, if there is one. */
  readonly unmatched: (names: readonly string[]) => string | undefined;
}

/**
 * Returns a pattern for whole names: `*` stands for any characters, dots included, also for none, `?` for one; `|`
 * separates alternatives; every other character stands for itself.
 */
export function glob(text: string): Glob {
  const alternatives = text.split("|").map((part) => part.trim()).map((part) => ({
    part,
    pattern: new RegExp(
      `^${part.replace(/[.+^${}()[\]\\/]/g, "\\$&").replace(/\*/g, "[^]*").replace(/\?/g, "[^]")}$`,
      "u",
    ),
  }));
  return {
    text,
    matches: (name) => alternatives.some(({ pattern }) => pattern.test(name)),
    unmatched: (names) => alternatives.find(({ pattern }) => !names.some((name) => pattern.test(name)))?.part,
  };
}
