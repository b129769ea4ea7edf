/**
 * Checks of the fields of a sweep file.
 *
 * @module
 */
import { didYouMean, UsageError } from "../console/mod.ts";
import { MOST_TRIALS } from "./limits.ts";

/** The numbers that a field accepts. */
export interface Range {
  readonly text: string;
  readonly test: (v: number) => boolean;
}

/** Returns a number within a range. @throws {UsageError} naming the field. */
export function number(value: unknown, field: string, range: Range): number {
  if (typeof value === "number" && range.test(value)) return value;
  throw new UsageError(`${field} must be ${range.text}, got ${shown(value)}`);
}

/** Returns a text that is not empty. @throws {UsageError} naming the field. */
export function text(value: unknown, field: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new UsageError(`${field} must be a text, got ${shown(value)}`);
}

/** Returns one of the choices. @throws {UsageError} naming the field. */
export function oneOf<T extends string>(value: unknown, choices: readonly T[], field: string): T {
  if ((choices as readonly unknown[]).includes(value)) return value as T;
  const meant = typeof value === "string" ? didYouMean(value.slice(0, 100), choices) : "";
  throw new UsageError(`${field} must be one of ${choices.join(", ")}, got ${shown(value)}.${meant}`);
}

/** Returns an object with no other fields than these. @throws {UsageError} naming the field. */
export function record(value: unknown, field: string, fields?: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`${field} must be an object, got ${shown(value)}`);
  }
  for (const name of Object.keys(value)) {
    if (fields === undefined || fields.includes(name)) continue;
    const meant = didYouMean(name.slice(0, 100), fields);
    throw new UsageError(`${field} has no field ${shown(name)}.${meant} There are: ${fields.join(", ")}`);
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
export function optionName(name: string, field: string): void {
  if (!/^[a-z][a-z0-9-]{0,99}$/.test(name) && !isHyperparameter(name)) {
    throw new UsageError(
      `${field} ${shown(name)} names no option: write it as on the command line, without --`,
    );
  }
  const why = Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
  if (why !== undefined) throw new UsageError(`${field} ${name} is set by the sweep itself: ${why}`);
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
