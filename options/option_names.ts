/**
 * The records of options by which functions check them. Types only: a script that runs does not load this file.
 *
 * @module
 */
import type { Declaration, Declarations } from "./declaration.ts";

/**
 * The kind of an option: `"flag"`, true or false; `"function"`; the texts to choose from; or a boolean, whether the
 * option is required, if the function itself checks the value. `{ needed }` marks the other kinds as required.
 */
export type Kind = "flag" | "function" | readonly string[];

/** The kind of an option of type `V`; required for flags and functions. */
type KindOf<V, Plain> = [V] extends [boolean] ? "flag"
  : [V] extends [(...args: never[]) => unknown] ? "function"
  : [V] extends [string] ? string extends V ? Plain : Plain | readonly V[]
  : Plain;

/** The kind of a required option. */
type Needed<K> = K extends true ? true : { readonly needed: K };

/**
 * Maps the name of each option to its kind, and to whether it is required; or to its declaration, by which its value is
 * checked, too. The record makes the names of an options
 * interface known at run time; the compiler refuses a record that lacks a name or has one too many, so that the two
 * cannot drift apart.
 *
 * ```ts
 * import type { OptionNames } from "./option_names.ts";
 * interface Options { every: number; sum?: boolean; form?: "a" | "b" }
 * const _OPTIONS = { every: true, sum: "flag", form: ["a", "b"] } satisfies OptionNames<Options>;
 * ```
 */
export type OptionNames<T> = {
  readonly [K in keyof T]-?:
    | Declarations<T>[K]
    | (Partial<Pick<T, K>> extends Pick<T, K> ? KindOf<NonNullable<T[K]>, false>
      : Needed<KindOf<NonNullable<T[K]>, true>>);
};

/** What a record may hold for an option. */
export type May = boolean | Kind | { readonly needed: Kind } | Declaration;
