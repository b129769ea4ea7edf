/**
 * Checks of the functions that choose parameters by name.
 *
 * @module
 */
import { type Optimizer, optimizer } from "../optimizer.ts";

/** Returns the optimizer with a check of the parameters' names before anything else. */
export function naming(opt: Optimizer, check: (names: readonly string[]) => void): Optimizer {
  return optimizer({
    name: opt.name,
    like: opt,
    rule: {
      ...opt.rule,
      slots(params, buffers) {
        check(Object.keys(params));
        return opt.rule.slots(params, buffers);
      },
    },
  });
}

/** Checks that a value is a function. @throws {TypeError} saying what it must return. */
export function checkFunction(what: string, value: unknown, gives: string): void {
  if (typeof value === "function") return;
  throw new TypeError(`${what} must be a function that takes a name and says ${gives}, got ${String(value)}`);
}
