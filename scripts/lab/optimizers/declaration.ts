/**
 * Declarations of options: kind, range, default and search interval.
 *
 * @module
 */
import type { NumberRange } from "../../../options/mod.ts";

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
