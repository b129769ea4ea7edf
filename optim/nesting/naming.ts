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
