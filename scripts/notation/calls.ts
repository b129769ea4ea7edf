/**
 * The notation of optimizers, schedules and clips on the command line. Types only.
 *
 * ```text
 * calls     call {"," call}
 * call      name ["(" [argument {"," argument}] ")"]
 * argument  [(name | text) "="] value
 * value     number | "true" | "false" | text | "[" [value {"," value}] "]" | call
 * ```
 *
 * A name is a word of letters, digits, `_` and `-`, or the path of a file with code. A text stands in quotes.
 *
 * @module
 */

/** A function with its arguments: `adam(beta1=0.95)`. */
export interface Call {
  /** The name of the function, or the path of a file. */
  readonly name: string;
  readonly args: readonly Argument[];
  /** The place of its first character in the text. */
  readonly at: number;
}

/** An argument, with the name of an option or without one. */
export interface Argument {
  readonly name?: string;
  readonly value: Value;
  /** The place of its first character in the text. */
  readonly at: number;
  /** The place of its value's first character. */
  readonly valueAt: number;
}

/** The value of an argument. A word without parentheses, such as `inside`, is a call without arguments. */
export type Value = number | boolean | string | readonly Value[] | Call;

/** Returns whether a value is a call. */
export function isCall(value: Value): value is Call {
  return typeof value === "object" && !Array.isArray(value);
}
