/**
 * Checks of options.
 *
 * @module
 */

/** The learning rate: a number, or a function of the number of updates done so far. */
export type LearningRate = number | ((count: number) => number);

/** Tests by the words that describe them. */
const RANGES = {
  "a finite number of at least 0": (v: number) => Number.isFinite(v) && v >= 0,
  "a finite number above 0": (v: number) => Number.isFinite(v) && v > 0,
  "a finite number of at least 4": (v: number) => Number.isFinite(v) && v >= 4,
  "a finite number above 1": (v: number) => Number.isFinite(v) && v > 1,
  "in [0, 1)": (v: number) => v >= 0 && v < 1,
  "in [0, 1]": (v: number) => v >= 0 && v <= 1,
  "in (0, 1)": (v: number) => v > 0 && v < 1,
  "in (0, 1]": (v: number) => v > 0 && v <= 1,
  "a finite number": (v: number) => Number.isFinite(v),
  "a whole number of at least 0": (v: number) => Number.isSafeInteger(v) && v >= 0,
  "a whole number of at least 2": (v: number) => Number.isSafeInteger(v) && v >= 2,
  "a whole number of at least 1": (v: number) => Number.isSafeInteger(v) && v >= 1,
} as const;

/** @throws {RangeError} naming option, range and value, when the value is out of the range. */
export function checkOption(name: string, value: number, range: keyof typeof RANGES): void {
  if (typeof value !== "number" || !RANGES[range](value)) {
    throw new RangeError(`${name} must be ${range}, got ${String(value)}`);
  }
}

/** A number, or a schedule: a function of the number of updates done. */
export type Scheduled = number | ((count: number) => number);

/**
 * Returns a checked function from the number of updates done to the value of a number or a schedule.
 *
 * @param name the function and the option, for messages: `"adam: learningRate"`
 * @throws {RangeError} for a number out of the range. The returned function throws it for a value of the schedule out
 * of the range, naming the value and the number of updates done.
 */
export function scheduled(
  name: string,
  value: Scheduled,
  range: keyof typeof RANGES,
): (count: number) => number {
  if (typeof value !== "function") {
    checkOption(name.slice(name.lastIndexOf(" ") + 1), value, range);
    return () => value;
  }
  return (count) => {
    const now = value(count);
    if (typeof now !== "number" || !RANGES[range](now)) {
      throw new RangeError(
        `${name} must be ${range} at every step, its schedule returns ${String(now)} after ${count} updates`,
      );
    }
    return now;
  };
}

/** @throws {RangeError} when the learning rate is neither a schedule nor a finite number of at least 0. */
export function checkLearningRate(value: LearningRate): void {
  if (typeof value !== "function") checkOption("learningRate", value, "a finite number of at least 0");
}

/** @throws {RangeError} when the value is none of the choices. */
export function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) {
    throw new RangeError(`${name} must be one of ${choices.map((c) => `"${c}"`).join(", ")}, got "${value}"`);
  }
}

/**
 * Refuses options of another form of the rule, which would have no effect.
 *
 * @throws {RangeError} naming the option, the form that has it, and the form that was chosen.
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
