/**
 * Checks the names of options: each function knows its own and refuses all others.
 *
 * @module
 */
import { nearestOptions } from "./nearest.ts";

/**
 * The kind of an option: `"flag"`, true or false; `"function"`; the texts to choose from; or a boolean, whether the
 * option is required, if the function itself checks the value. `{ needed }` marks the other kinds as required.
 */
type Kind = "flag" | "function" | readonly string[];

/** The kind of an option of type `V`; required for flags and functions. */
type KindOf<V, Plain> = [V] extends [boolean] ? "flag"
  : [V] extends [(...args: never[]) => unknown] ? "function"
  : [V] extends [string] ? string extends V ? Plain : Plain | readonly V[]
  : Plain;

/** The kind of a required option. */
type Needed<K> = K extends true ? true : { readonly needed: K };

/**
 * Maps the name of each option to its kind, and to whether it is required. The record makes the names of an options
 * interface known at run time; the compiler refuses a record that lacks a name or has one too many, so that the two
 * cannot drift apart.
 *
 * ```ts
 * import type { OptionNames } from "./check_options.ts";
 * interface Options { every: number; sum?: boolean; form?: "a" | "b" }
 * const _OPTIONS = { every: true, sum: "flag", form: ["a", "b"] } satisfies OptionNames<Options>;
 * ```
 */
export type OptionNames<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? KindOf<NonNullable<T[K]>, false>
    : Needed<KindOf<NonNullable<T[K]>, true>>;
};

/**
 * Refuses unknown options, missing ones that are required, and values of the wrong kind: flags must be booleans,
 * because a text such as `"no"` would count as true.
 *
 * @param what the function's name, for the message
 * @param names the record of all names; see {@linkcode OptionNames}
 * @throws {RangeError} for an unknown option, naming the nearest known ones, a missing one, or a text that is none of
 * the choices
 * @throws {TypeError} when the options are not an object, a flag is not a boolean, or a function is not a function.
 *
 * @example
 * ```ts
 * import { checkOptions } from "./check_options.ts";
 * import { assertThrows } from "@std/assert";
 * interface Options { learningRate?: number; momentum?: number }
 * const typo = { lr: 0.1 } as Options;
 * assertThrows(
 *   () => checkOptions("sgd", typo, { learningRate: false, momentum: false }),
 *   RangeError,
 *   "sgd: unknown option 'lr'; did you mean 'learningRate'? It takes learningRate, momentum",
 * );
 * ```
 */
export function checkOptions<T extends object, N extends OptionNames<T>>(
  what: string,
  options: T,
  names: N & Readonly<Record<Exclude<keyof N, keyof T>, never>>,
): void {
  const known: Readonly<Record<string, boolean | Kind | { readonly needed: Kind }>> = names;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `${what} takes its options as an object, { ${Object.keys(known)[0]}: … }, got ${shown(options)}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name)) throw unknownOption(what, { name, known: Object.keys(known) });
  }
  for (const [name, may] of Object.entries(known)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    const needed = typeof may === "object" && "needed" in may;
    if (value !== undefined) checkKind(`${what}: ${name}`, value, needed ? may.needed : may);
    else if (needed || may === true) throw new RangeError(`${what} needs the option '${name}'`);
  }
}

function checkKind(what: string, value: unknown, kind: boolean | Kind): void {
  if (kind === "flag" && typeof value !== "boolean") {
    throw new TypeError(`${what} must be true or false, got ${shown(value)}`);
  }
  if (kind === "function" && typeof value !== "function") {
    throw new TypeError(`${what} must be a function, got ${shown(value)}`);
  }
  if (typeof kind === "object" && !kind.some((choice) => choice === value)) {
    const choices = kind.map((choice) => `"${choice}"`).join(", ");
    throw new RangeError(`${what} must be one of ${choices}, got ${shown(value)}`);
  }
}

function unknownOption(
  what: string,
  { name, known }: { name: string; known: readonly string[] },
): RangeError {
  const nearest = nearestOptions(name, known).map((n) => `'${n}'`).join(" and ");
  return new RangeError(
    `${what}: unknown option '${name}'${nearest && `; did you mean ${nearest}?`}${
      nearest ? "" : "."
    } It takes ${known.join(", ")}`,
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "function"
    ? "a function"
    : typeof value === "string"
    ? `"${value}"`
    : String(value);
}
