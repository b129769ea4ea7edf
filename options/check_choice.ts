/**
 * Checks of options that choose among names.
 *
 * @module
 */

/**
 * Checks that an option is one of some texts.
 *
 * @param name the option, for the message
 * @throws {RangeError} with all choices if it is none of them.
 *
 * @example
 * ```ts
 * import { checkChoice } from "./check_choice.ts";
 * import { assertThrows } from "@std/assert";
 * assertThrows(
 *   () => checkChoice("form", "keras", ["pytorch", "optax"]),
 *   RangeError,
 *   'form must be one of "pytorch", "optax", got "keras"',
 * );
 * ```
 */
export function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) {
    throw new RangeError(`${name} must be one of ${choices.map((c) => `"${c}"`).join(", ")}, got "${value}"`);
  }
}

/**
 * Refuses options of another form of a rule, which would have no effect.
 *
 * @param what the function, for the message
 * @param chosen.form the form that was chosen
 * @param chosen.only the options that each form has alone
 * @throws {RangeError} naming the option, the form that has it, and the form that was chosen.
 *
 * @example
 * ```ts
 * import { checkForm } from "./check_choice.ts";
 * import { assertThrows } from "@std/assert";
 * const options: { momentumDecay?: number } = { momentumDecay: 4e-3 };
 * assertThrows(
 *   () => checkForm("nadam", { form: "optax", options, only: { pytorch: ["momentumDecay"] } }),
 *   RangeError,
 *   'nadam: momentumDecay is an option of form "pytorch", the form is "optax"',
 * );
 * ```
 */
export function checkForm<T extends object>(
  what: string,
  { form, options, only }: { form: string; options: T; only: Readonly<Record<string, readonly (keyof T)[]>> },
): void {
  for (const [other, names] of Object.entries(only)) {
    const given = other === form ? undefined : names.find((name) => options[name] !== undefined);
    if (given !== undefined) {
      throw new RangeError(
        `${what}: ${String(given)} is an option of form "${other}", the form is "${form}"`,
      );
    }
  }
}
