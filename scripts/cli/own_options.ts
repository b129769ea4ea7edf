/**
 * Options that an experiment declares for itself, and how their values are read.
 *
 * @module
 */
import { didYouMean, UsageError } from "../console/mod.ts";

/** An option of one experiment. */
export interface OwnOption<T> {
  /** What its value is, for the usage text, such as `FILE`; absent for an option without a value. */
  readonly value?: string;
  /** What it does. */
  readonly text: string;
  /** What was given, read; `undefined` where nothing was. @throws {UsageError} naming option, range and value. */
  readonly read: (given: string | undefined, name: string) => T;
}

/** Options of one experiment, by name. */
export type OwnOptions = Readonly<Record<string, OwnOption<unknown>>>;

/** What was given for them, by name. */
export type OwnValues<O extends OwnOptions> = {
  readonly [K in keyof O]: O[K] extends OwnOption<infer T> ? T : never;
};

/** What was given for an experiment's own options. @throws {UsageError} naming option, range and value. */
export function ownOptions<O extends OwnOptions>(
  declared: O,
  { given }: { readonly given: Readonly<Record<string, string>> },
): OwnValues<O> {
  const values = Object.entries(declared).map(([name, o]) => [name, o.read(given[name], name)]);
  return Object.fromEntries(values) as OwnValues<O>;
}

/** Any text: a name, a file. */
export function textOption(value: string, text: string): OwnOption<string | undefined> {
  return { value, text, read: (given) => given };
}

/** Texts with commas between them. */
export function listOption(value: string, text: string): OwnOption<readonly string[] | undefined> {
  return { value, text, read: (given) => given?.split(",").map((t) => t.trim()).filter((t) => t !== "") };
}

/** An option without a value. */
export function flagOption(text: string): OwnOption<boolean> {
  return { text, read: (given) => given !== undefined };
}

/** A number within a range. */
export function numberOption(
  value: string,
  { text, range }: { text: string; range: Range },
): OwnOption<number | undefined> {
  return { value, text, read: (given, name) => given === undefined ? given : readNumber(name, given, range) };
}

/** One of some names. */
export function choiceOption<T extends string>(
  choices: readonly T[],
  text: string,
): OwnOption<T | undefined> {
  return {
    value: choices.join("|"),
    text,
    read(given, name) {
      if (given === undefined || (choices as readonly string[]).includes(given)) {
        return given as T | undefined;
      }
      throw new UsageError(
        `--${name} must be one of ${choices.join(", ")}, got ${given}.${didYouMean(given, choices)}`,
      );
    },
  };
}

/** Numbers that an option takes. */
export interface Range {
  /** In words. */
  readonly text: string;
  /** Whether a number is one of them. */
  readonly test: (v: number) => boolean;
}

/** Numbers above 0. */
export const positive: Range = { text: "a number above 0", test: (v) => Number.isFinite(v) && v > 0 };

/** How many of something. */
export const count: Range = {
  text: "a whole number of at least 1",
  test: (v) => Number.isSafeInteger(v) && v >= 1,
};

/** Seeds. */
export const seed: Range = {
  text: "a whole number from 0 to 4294967295",
  test: (v) => Number.isInteger(v) && v >= 0 && v < 2 ** 32,
};

/** A number of a range. @throws {UsageError} naming option, range and value. */
export function readNumber(name: string, value: string, range: Range): number {
  const v = value.trim() === "" ? NaN : Number(value);
  if (!range.test(v)) throw new UsageError(`--${name} must be ${range.text}, got ${value}`);
  return v;
}
