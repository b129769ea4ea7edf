/**
 * Contents that no line of the sources and pages may have: riddles, and paths of one machine.
 *
 * @module
 */
import { RIDDLES } from "./words.ts";

/** A line that breaks a rule. */
export interface LineFault {
  /** Counted from 1. */
  readonly line: number;
  readonly found: string;
  readonly text: string;
}

/** Folders that every Unix machine has: a page may name paths in them. */
const EVERYWHERE = "(?!(?:dev|proc|usr|etc|tmp|bin|sys|run)\\b)";
const ABSOLUTE = new RegExp(`(?:^|[\\s"'\`(=])(/${EVERYWHERE}[a-z][\\w.-]*/[\\w.-]+)`);
/** `../shared/data` is the only folder outside the repository that the tests read. */
const OUTSIDE = /\.\.\/shared\/(?!data\b)[\w.-]*/;

/** Returns the riddles of a text, in the order of its lines. */
export function riddles(text: string): LineFault[] {
  return eachLine(text, (line) => {
    const riddle = RIDDLES.find(({ pattern }) => pattern.test(line));
    if (riddle === undefined) return undefined;
    const [found] = riddle.pattern.exec(line)!;
    return { found, text: `"${found}": say ${riddle.say}` };
  });
}

/** Returns the paths in a page that only one machine has: absolute ones, and those outside the repository. */
export function foreignPaths(text: string): LineFault[] {
  return eachLine(text, (line) => {
    const found = ABSOLUTE.exec(line)?.[1] ?? OUTSIDE.exec(line)?.[0];
    return found === undefined ? undefined : {
      found,
      text: `"${found}" exists on one machine only: name it relative to the repository, or leave it out`,
    };
  });
}

function eachLine(text: string, fault: (line: string) => Omit<LineFault, "line"> | undefined): LineFault[] {
  return text.split("\n").flatMap((line, i) => {
    const found = fault(line);
    return found === undefined ? [] : [{ line: i + 1, ...found }];
  });
}
