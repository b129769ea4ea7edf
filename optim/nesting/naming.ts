/**
 * Checks of the functions that choose parameters by name.
 *
 * @module
 */
import type { Rule } from "../language/mod.ts";

/** Returns the rule with a check of the parameters' names before anything else. */
export function naming(rule: Rule, check: (names: readonly string[]) => void): Rule {
  return {
    ...rule,
    slots(params, buffers) {
      check(Object.keys(params));
      return rule.slots(params, buffers);
    },
  };
}

/** Checks that a value is a function. @throws {TypeError} saying what it must return. */
export function checkFunction(what: string, value: unknown, gives: string): void {
  if (typeof value === "function") return;
  throw new TypeError(`${what} must be a function that takes a name and says ${gives}, got ${String(value)}`);
}
