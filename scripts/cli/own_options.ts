/**
 * Declares the options of single experiments, and reads their values.
 *
 * @module
 */
import { isInRange, type NumberRange, SEED } from "../../options/mod.ts";
import { didYouMean, UsageError } from "../console/mod.ts";
import type { Topic } from "./topics.ts";

/** An option of one experiment. */
export interface OwnOption<T> {
  /** The placeholder of its value in the usage text, such as `FILE`; absent for an option without a value. */
  readonly value?: string;
  /** The description in the usage text. */
  readonly text: string;
  /** The topic under which the help shows it; that of its name by default. */
  readonly topic?: Topic;
  /** The names of which the value holds some, for shells that complete them; those in the placeholder by default. */
  readonly words?: readonly string[];
  /** Reads the value; `given` is `undefined` if the option is absent. @throws {UsageError} naming option, range and value. */
  readonly read: (given: string | undefined, name: string) => T;
}

/** Options of one experiment, by name. */
export type OwnOptions = Readonly<Record<string, OwnOption<unknown>>>;

/** The values of an experiment's own options, by name. */
export type OwnValues<O extends OwnOptions> = {
  readonly [K in keyof O]: O[K] extends OwnOption<infer T> ? T : never;
};

/** Reads the values of an experiment's own options. @throws {UsageError} naming option, range and value. */
export function ownOptions<O extends OwnOptions>(
  declared: O,
  { given }: { readonly given: Readonly<Record<string, string>> },
): OwnValues<O> {
  const values = Object.entries(declared).map(([name, o]) => [name, o.read(given[name], name)]);
  return Object.fromEntries(values) as OwnValues<O>;
}

/** Declares an option that takes any text, such as a name or a file. */
export function textOption(value: string, text: string): OwnOption<string | undefined> {
  return { value, text, read: (given) => given };
}

/** Declares an option that takes texts separated by commas. */
export function listOption(value: string, text: string): OwnOption<readonly string[] | undefined> {
  return { value, text, read: (given) => given?.split(",").map((t) => t.trim()).filter((t) => t !== "") };
}

/** Declares an option that takes some of several names, separated by commas. */
export function namesOption(
  names: readonly string[],
  text: string,
): OwnOption<readonly string[] | undefined> {
  return { ...listOption("A,B", text), words: names };
}

/** Declares an option without a value. */
export function flagOption(text: string): OwnOption<boolean> {
  return { text, read: (given) => given !== undefined };
}

/** Declares an option that takes a number within a range. */
export function numberOption(
  value: string,
  { text, range }: { text: string; range: Range },
): OwnOption<number | undefined> {
  return { value, text, read: (given, name) => given === undefined ? given : readNumber(name, given, range) };
}

/** Declares an option that takes one of several names. */
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

/** The numbers that an option accepts. */
export interface Range {
  /** In words. */
  readonly text: string;
  /** Returns whether a number is accepted. */
  readonly test: (v: number) => boolean;
}

/** Numbers above 0. */
export const positive: Range = { text: "a number above 0", test: (v) => Number.isFinite(v) && v > 0 };

/** Returns a range of the library, with the library's wording. */
function rangeOf(text: NumberRange): Range {
  return { text, test: (v) => isInRange(v, text) };
}

/** Integers of at least 1. */
export const count: Range = rangeOf("an integer of at least 1");

/** Seeds. */
export const seed: Range = rangeOf(SEED);

/** Reads a number within a range. @throws {UsageError} naming option, range and value. */
export function readNumber(name: string, value: string, range: Range): number {
  const v = value.trim() === "" ? NaN : Number(value);
  if (!range.test(v)) throw new UsageError(`--${name} must be ${range.text}, got ${value}`);
  return v;
}
