/**
 * The names of options: each function knows its own, and refuses all others.
 *
 * @module
 */
import { nearestOptions } from "./nearest.ts";

/**
 * Maps each option's name to whether it must be given. The record lists the names of an options interface for run time; the
 * compiler refuses one that lacks a name of the interface, or has a name beyond it, so that the two cannot drift apart.
 *
 * ```ts
 * import type { OptionNames } from "./check_options.ts";
 * interface Options { every: number; sum?: boolean }
 * const _OPTIONS = { every: true, sum: false } satisfies OptionNames<Options>;
 * ```
 */
export type OptionNames<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? false : true;
};

/**
 * Refuses options that a function does not know, and the lack of those that it needs.
 *
 * @param what the function's name, for the message
 * @param names the record of all names; see {@linkcode OptionNames}
 * @throws {RangeError} for an option that is not known, naming those nearest to it, or one that is missing
 * @throws {TypeError} when the options are no object.
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
  const known: Readonly<Record<string, boolean>> = names;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `${what} takes its options as an object, { ${Object.keys(known)[0]}: … }, got ${shown(options)}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name)) throw unknownOption(what, { name, known: Object.keys(known) });
  }
  for (const [name, needed] of Object.entries(known)) {
    if (needed && (options as Readonly<Record<string, unknown>>)[name] === undefined) {
      throw new RangeError(`${what} needs the option '${name}'`);
    }
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
