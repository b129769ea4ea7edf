/**
 * Hyper-parameters: numbers that may follow a schedule.
 *
 * @module
 */
import {
  checkNumber,
  type Declaration,
  type Declarations,
  type Filled,
  filledOptions,
  isInRange,
  type NumberRange,
} from "../options/mod.ts";
import type { Arg, RuleInputs } from "./language/mod.ts";

/** A hyper-parameter: a number, or a schedule: a function of the number of updates done so far. */
export type Hyperparameter = number | ((count: number) => number);

/** The learning rate: a number, or a function of the number of updates done so far. */
export type LearningRate = Hyperparameter;

/**
 * Returns a checked function from the number of updates done to the value of a number or a schedule.
 *
 * @param name the function and the option, for messages: `"adam: learningRate"`
 * @throws {RangeError} for a number out of the range. The returned function throws it for a value of the schedule out
 * of the range, naming the value and the number of updates done.
 *
 * @example
 * ```ts
 * import { scheduled } from "./scheduled.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 * const rate = scheduled("sgd: learningRate", (count) => 1 - count, "a finite number of at least 0");
 * assertEquals(rate(1), 0);
 * assertThrows(() => rate(2), RangeError, "its schedule returns -1 after 2 updates");
 * ```
 */
export function scheduled(
  name: string,
  value: Hyperparameter,
  range: NumberRange,
): (count: number) => number {
  if (typeof value !== "function") {
    checkNumber(name.slice(name.lastIndexOf(" ") + 1), value, range);
    return () => value;
  }
  return (count) => {
    const now = value(count);
    if (!isInRange(now, range)) {
      throw new RangeError(
        `${name} must be ${range} at every step, its schedule returns ${String(now)} after ${count} updates`,
      );
    }
    return now;
  };
}

/**
 * Checks the options of a rule by their declarations, and returns them with the defaults. Each schedule checks its
 * values; that of the learning rate does so in `optimizer`, which binds it.
 *
 * @throws {RangeError | TypeError} as `filledOptions` does.
 */
export function ruleOptions<T extends object, D extends Declarations<T>>(
  what: string,
  options: T,
  declarations: D & Readonly<Record<Exclude<keyof D, keyof T>, never>>,
): Filled<T, D> {
  const filled: Record<string, unknown> = { ...filledOptions(what, options, declarations) };
  for (const [name, declared] of Object.entries<Declaration>(declarations)) {
    const value = filled[name];
    if (declared.kind !== "number" || typeof value !== "function" || name === "learningRate") continue;
    filled[name] = scheduled(`${what}: ${name}`, value as (count: number) => number, declared.range);
  }
  return filled as Filled<T, D>;
}

/** Returns the value of a hyper-parameter at the update `t`, counted from 1. */
export function valueAt(value: Hyperparameter, t: number): number {
  return typeof value === "function" ? value(t - 1) : value;
}

/**
 * Returns a hyper-parameter, or a function of it, for an expression: a number if it is constant; else a coefficient,
 * which the host computes for each step.
 *
 * @param name the coefficient's name, unique within the rule
 */
export function inStep(
  at: RuleInputs["at"],
  name: string,
  value: Hyperparameter,
  of: (value: number) => number = (v) => v,
): Arg {
  return typeof value === "function" ? at(name, ({ t }) => of(value(t - 1))) : of(value);
}
