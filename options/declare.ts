/**
 * Short forms of declarations.
 *
 * @module
 */
import type { NumberRange } from "./check_number.ts";

/** Declares a flag. @param value the default; `false` by default */
export function flag(value = false) {
  return { kind: "flag", default: value } as const;
}

/** Declares a choice among texts. @param value the default */
export function choice<const C extends readonly string[]>(choices: C, value: C[number]) {
  return { kind: "choice", choices, default: value } as const;
}

/** Declares a number that cannot be a schedule. @param value the default */
export function fixed(range: NumberRange, value: number) {
  return { kind: "number", range, default: value, schedule: false } as const;
}

/** Declares a number that cannot be a schedule, and has no default or one that depends on other options. */
export function open(range: NumberRange) {
  return { kind: "number", range, schedule: false } as const;
}

/** Declares a number that must be given, and cannot be a schedule. */
export function needed(range: NumberRange) {
  return { kind: "number", range, schedule: false, required: true } as const;
}

/** A predicate on the names of parameters that need not be given. */
export const NAMES = { kind: "names" } as const;

/** A value that text cannot give, which the function itself checks. */
export const OTHER = { kind: "other" } as const;
