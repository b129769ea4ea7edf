/**
 * Declarations of options: kind, range, default and search interval, in one place. Types only.
 *
 * @module
 */
import type { NumberRange } from "./check_number.ts";

/** The interval in which to search for a number. */
export interface SearchInterval {
  /** The least value. */
  readonly low: number;
  /** The greatest value. */
  readonly high: number;
  /** What is uniform between them: the value; its logarithm; or the logarithm of 1 minus it, as for `beta1`. */
  readonly scale: "linear" | "log" | "one-minus-log";
}

/** A number. */
export interface NumberOption {
  /** The kind. */
  readonly kind: "number";
  /** The numbers that are allowed. */
  readonly range: NumberRange;
  /** The default; absent if the option is required, or has none, or one that depends on other options. */
  readonly default?: number;
  /** Whether it may be a schedule: a function of the number of updates done. */
  readonly schedule: boolean;
  /** Where to search for the best value; absent for what one does not tune. */
  readonly search?: SearchInterval;
  /** Whether it must be given. `false` by default. */
  readonly required?: true;
}

/** True or false. */
export interface FlagOption {
  /** The kind. */
  readonly kind: "flag";
  /** The default. */
  readonly default?: boolean;
  /** Whether it must be given. `false` by default. */
  readonly required?: true;
}

/** One of some texts. */
export interface ChoiceOption<C extends string = string> {
  /** The kind. */
  readonly kind: "choice";
  /** The texts. */
  readonly choices: readonly C[];
  /** The default. */
  readonly default?: C;
  /** Whether it must be given. `false` by default. */
  readonly required?: true;
}

/** A predicate on the names of parameters, such as `decayMask`. */
export interface NamesOption {
  /** The kind. */
  readonly kind: "names";
  /** Whether it must be given. `false` by default. */
  readonly required?: true;
}

/** A value that text cannot give, such as an optimizer or a list; the function itself checks it. */
export interface OtherOption {
  /** The kind. */
  readonly kind: "other";
  /** The type that is checked; the function checks the value itself by default. */
  readonly type?: "function";
  /** Whether it must be given. `false` by default. */
  readonly required?: true;
}

/** The declaration of one option. */
export type Declaration = NumberOption | FlagOption | ChoiceOption | NamesOption | OtherOption;

/** The declaration of an option of type `V`; only a type that includes functions may be a schedule. */
type DeclarationOf<V> =
  | OtherOption
  | ([V] extends [boolean] ? FlagOption
    : [V] extends [string] ? (string extends V ? never : ChoiceOption<V>)
    : [V] extends [number] ? NumberOption & { readonly schedule: false }
    : [number] extends [V] ? NumberOption & { readonly schedule: true }
    : [V] extends [(name: string) => boolean] ? NamesOption
    : never);

/**
 * Maps the name of each option to its declaration. The compiler refuses a record that lacks a name, has one too many or
 * declares another kind than the interface has, so that the two cannot drift apart.
 *
 * ```ts
 * import type { Declarations } from "./declaration.ts";
 * interface Options { every: number; decay?: number | ((count: number) => number); sum?: boolean }
 * const _OPTIONS = {
 *   every: { kind: "number", range: "an integer of at least 1", schedule: false, required: true },
 *   decay: { kind: "number", range: "in [0, 1)", default: 0.9, schedule: true },
 *   sum: { kind: "flag", default: false },
 * } as const satisfies Declarations<Options>;
 * ```
 */
export type Declarations<T> = {
  readonly [K in keyof T]-?:
    & DeclarationOf<NonNullable<T[K]>>
    & (Partial<Pick<T, K>> extends Pick<T, K> ? unknown : { readonly required: true });
};

/** The names of the options that have a value in any case. */
type Present<T, D> = {
  [K in Extract<keyof D, keyof T>]: D[K] extends { readonly default: unknown } | { readonly required: true }
    ? K
    : never;
}[Extract<keyof D, keyof T>];

/** Options of type `T` with the defaults of their declarations `D`. */
export type Filled<T, D> =
  & { readonly [K in Present<T, D>]: NonNullable<T[K]> }
  & { readonly [K in Exclude<Extract<keyof D, keyof T>, Present<T, D>>]?: NonNullable<T[K]> };
