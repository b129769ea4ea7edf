/**
 * Compares what a command printed with what a page shows.
 *
 * @module
 */

/** The largest relative distance of a number from the one that the page shows: processors round differently. */
export const TOLERANCE = 0.02;

/** The word over the columns of times, which differ from run to run. */
const TIMES = "seconds";

/** The folder of a run, whose name holds the date. */
const FOLDER = /^(.*\/)?runs\/\S+$/;

const NUMBER = /^([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(\D*)$/;

interface Word {
  readonly text: string;
  /** Columns of the first and of the last character. */
  readonly from: number;
  readonly to: number;
}

const words = (line: string): Word[] =>
  [...line.matchAll(/\S+/g)].map((m) => ({ text: m[0], from: m.index, to: m.index + m[0].length - 1 }));

/**
 * Returns what differs between an output and the one that a page shows, a line each; nothing if they are the same.
 *
 * Numbers may differ by {@linkcode TOLERANCE}. Those below the word "seconds" of the table that they are in, rules of
 * tables and folders of runs may differ in any way.
 */
export function differences(shown: string, printed: string): string[] {
  const [before, after] = [shown, printed].map((text) => maskedLines(text));
  const length = Math.max(before!.length, after!.length);
  return Array.from({ length }, (_, i) => [before![i] ?? [], after![i] ?? []] as const)
    .flatMap(([a, b], i) =>
      a.length === b.length && a.every((word, k) => sameWord(word, b[k]!))
        ? []
        : [`line ${i + 1}: the page shows "${a.join(" ")}", the command printed "${b.join(" ")}"`]
    );
}

function sameWord(a: string, b: string): boolean {
  const [x, y] = [NUMBER.exec(a), NUMBER.exec(b)];
  if (x === null || y === null) return a === b;
  const [before, after] = [Number(x[1]), Number(y[1])];
  return x[2] === y[2] && Math.abs(after - before) <= TOLERANCE * Math.abs(before);
}

/** Returns the words of each line, with marks in place of times, folders and the rules of tables. */
function maskedLines(text: string): string[][] {
  let times: Word | undefined;
  return text.trimEnd().split("\n").map((line) => {
    const found = words(line);
    if (found.length === 0) times = undefined;
    times = found.find(({ text }) => text === TIMES) ?? times;
    return found.map((word) => {
      if (FOLDER.test(word.text)) return "FOLDER";
      if (/^-+$/.test(word.text)) return "RULE";
      const below = times !== undefined && word.from <= times.to && word.to >= times.from;
      return below && NUMBER.test(word.text) ? "TIME" : word.text;
    });
  });
}
