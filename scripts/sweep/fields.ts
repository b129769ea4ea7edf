/**
 * Checks of the fields of a sweep file.
 *
 * @module
 */
import { didYouMean, UsageError } from "../console/mod.ts";
import { MOST_TRIALS } from "./limits.ts";

/** A field of a sweep file is wrong: exit code 2. */
export class FieldError extends UsageError {
  override name = "FieldError";
  /** The path of the field, such as `space.epochs[1]`; empty for the whole file. */
  readonly field: string;

  constructor(message: string, field: string) {
    super(message);
    this.field = field;
  }
}

/** The name of the whole file in errors. */
export const WHOLE = "a sweep";

/** The numbers that a field accepts. */
export interface Range {
  readonly text: string;
  readonly test: (v: number) => boolean;
}

/** Returns a number within a range. @throws {UsageError} naming the field. */
export function number(value: unknown, field: string, range: Range): number {
  if (typeof value === "number" && range.test(value)) return value;
  throw new FieldError(`${field} must be ${range.text}, got ${shown(value)}`, field);
}

/** Returns a text that is not empty. @throws {UsageError} naming the field. */
export function text(value: unknown, field: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new FieldError(`${field} must be a text, got ${shown(value)}`, field);
}

/** Returns one of the choices. @throws {UsageError} naming the field. */
export function oneOf<T extends string>(value: unknown, choices: readonly T[], field: string): T {
  if ((choices as readonly unknown[]).includes(value)) return value as T;
  const meant = typeof value === "string" ? didYouMean(value.slice(0, 100), choices) : "";
  throw new FieldError(`${field} must be one of ${choices.join(", ")}, got ${shown(value)}.${meant}`, field);
}

/** Returns an object with no other fields than these. @throws {UsageError} naming the field. */
export function record(value: unknown, field: string, fields?: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FieldError(`${field} must be an object, got ${shown(value)}`, field === WHOLE ? "" : field);
  }
  for (const name of Object.keys(value)) {
    if (fields === undefined || fields.includes(name)) continue;
    const meant = didYouMean(name.slice(0, 100), fields);
    throw new FieldError(
      `${field} has no field ${shown(name)}.${meant} There are: ${fields.join(", ")}`,
      field === WHOLE ? name : `${field}.${name}`,
    );
  }
  return value as Record<string, unknown>;
}

/** Options that a sweep sets itself. */
const RESERVED: Readonly<Record<string, string>> = {
  out: "each trial has its own folder",
  resume: "interrupted trials are resumed automatically",
  seed: "name seeds in the field seeds",
  json: "trials print nothing",
  quiet: "trials print nothing",
  help: "trials print nothing",
};

/** Returns whether the name of an option is that of a hyper-parameter: a function, a dot, its option. */
export function isHyperparameter(name: string): boolean {
  return /^[A-Za-z][\w-]{0,99}\.[A-Za-z_]\w{0,99}$/.test(name);
}

/** Checks the name of an option. @throws {UsageError} naming the field. */
export function optionName(
  name: string,
  { field, at = `${field}.${name}` }: { readonly field: string; readonly at?: string },
): void {
  if (!/^[a-z][a-z0-9-]{0,99}$/.test(name) && !isHyperparameter(name)) {
    throw new FieldError(
      `${field} ${shown(name)} names no option: write it as on the command line, without --`,
      at,
    );
  }
  const why = Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
  if (why !== undefined) throw new FieldError(`${field} ${name} is set by the sweep itself: ${why}`, at);
}

/** A number of trials. */
export const trials: Range = {
  text: `an integer from 1 to ${MOST_TRIALS}`,
  test: (v) => Number.isInteger(v) && v >= 1 && v <= MOST_TRIALS,
};

/** Returns a value as an error shows it. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  const json = JSON.stringify(value) ?? typeof value;
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}
