/**
 * Breaks texts into lines of a width.
 *
 * @module
 */

/** The most characters of a word that stays whole in a narrow column, even if it has a place to break at. */
const LONGEST_WORD = 24;

/** The most characters of a piece that stays whole in a narrow column: no name of an optimizer is longer. */
const LONGEST_PIECE = 32;

/**
 * Returns a text as lines of at most `width` characters. It breaks at spaces; a word that does not fit into a line
 * breaks after a `/`, a comma or the like, or anywhere if it has none.
 */
export function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    const joined = line === "" ? word : `${line} ${word}`;
    if (joined.length <= width) lines[lines.length - 1] = joined;
    else if (word.length <= width) lines.push(word);
    else {
      const broken = brokenWord(word, width);
      if (line === "") lines.pop();
      lines.push(...broken);
    }
  }
  return lines;
}

/** Returns each line of a text wrapped. A line that begins with two spaces, such as a command, stays as it is. */
export function wrapLines(text: string, { width, indent = "" }: { width: number; indent?: string }): string {
  return text.split("\n").flatMap((line) => {
    if (line.startsWith("  ")) return [line];
    return wrap(line, width - indent.length).map((l) => (l === "" ? l : `${indent}${l}`));
  }).join("\n");
}

/** Returns the fewest characters of a line that {@linkcode wrap} breaks no piece for. */
export function longestPiece(text: string): number {
  const pieces = text.split(" ").flatMap((word) => (word.length > LONGEST_WORD ? partsOf(word) : [word]));
  return Math.max(0, ...pieces.map((p) => Math.min(p.length, LONGEST_PIECE)));
}

function brokenWord(word: string, width: number): string[] {
  const lines = [""];
  for (const part of partsOf(word)) {
    const joined = `${lines.at(-1)}${part}`;
    if (joined.length <= width) lines[lines.length - 1] = joined;
    else lines.push(...part.match(new RegExp(`.{1,${width}}`, "gs"))!);
  }
  return lines.filter((line) => line !== "");
}

/** Returns the parts of a word, each with the character after which it may break. */
function partsOf(word: string): string[] {
  return word.match(/[^/,;(=|]+[/,;(=|]*|[/,;(=|]+/g) ?? [];
}
