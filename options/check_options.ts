/**
 * Checks the names of options: each function knows its own and refuses all others.
 *
 * @module
 */
import { checkNumber } from "./check_number.ts";
import type { Declaration, Declarations, Filled } from "./declaration.ts";
import { nearestOptions } from "./nearest.ts";
import type { Kind, May, OptionNames } from "./option_names.ts";

/**
 * Refuses unknown options, missing ones that are required, and values of the wrong kind: flags must be booleans,
 * because a text such as `"no"` would count as true. Declared numbers must be in their range; a schedule's values are
 * checked when they are used.
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
  const known: Readonly<Record<string, May>> = names;
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
    if (value !== undefined) checkValue(what, { name, value, may });
    else if (isNeeded(may)) throw new RangeError(`${what} needs the option '${name}'`);
  }
}

/**
 * Checks options by their declarations, and returns them with the defaults.
 *
 * @param what the function's name, for messages
 * @throws {RangeError} for an unknown option, a missing one, a number out of its range, or a text that is none of the choices
 * @throws {TypeError} when the options are not an object, a flag is not a boolean, or a predicate is not a function.
 *
 * @example
 * ```ts
 * import { filledOptions } from "./check_options.ts";
 * import { assertEquals } from "@std/assert";
 * const declared = { sum: { kind: "flag", default: true } } as const;
 * const options: { sum?: boolean } = {};
 * assertEquals(filledOptions("gather", options, declared), { sum: true });
 * ```
 */
export function filledOptions<T extends object, D extends Declarations<T>>(
  what: string,
  options: T,
  declarations: D & Readonly<Record<Exclude<keyof D, keyof T>, never>>,
): Filled<T, D> {
  checkOptions<T, Declarations<T>>(what, options, declarations as never);
  const filled: Record<string, unknown> = {};
  for (const [name, declared] of Object.entries<Declaration>(declarations)) {
    const given = (options as Readonly<Record<string, unknown>>)[name];
    const value = given === undefined && "default" in declared ? declared.default : given;
    if (value !== undefined) filled[name] = value;
  }
  return filled as Filled<T, D>;
}

function isNeeded(may: May): boolean {
  if (typeof may !== "object") return may === true;
  return "needed" in may || ("required" in may && may.required === true);
}

function checkValue(what: string, { name, value, may }: { name: string; value: unknown; may: May }): void {
  if (typeof may === "object" && "kind" in may) checkDeclared(what, { name, value, may });
  else checkKind(`${what}: ${name}`, value, typeof may === "object" && "needed" in may ? may.needed : may);
}

/** Checks a value by its declaration. Ranges are worded as `checkNumber` and `checkChoice` word them. */
function checkDeclared(
  what: string,
  { name, value, may }: { name: string; value: unknown; may: Declaration },
): void {
  switch (may.kind) {
    case "number":
      if (typeof value !== "function") return checkNumber(name, value, may.range);
      if (may.schedule) return;
      throw new RangeError(`${name} must be ${may.range}, not a schedule`);
    case "choice":
      return checkKind(`${what}: ${name}`, value, may.choices);
    case "flag":
      return checkKind(`${what}: ${name}`, value, "flag");
    case "names":
      return checkKind(`${what}: ${name}`, value, "function");
    case "other":
      if (may.type !== undefined) checkKind(`${what}: ${name}`, value, may.type);
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
