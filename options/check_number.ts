/**
 * Checks of numbers: one wording for each range.
 *
 * @module
 */

/**
 * The range of seeds, wherever one is taken: options, models, the command line, a run's `config.json`. It ends at
 * 2^53 - 1, the largest integer up to which a number holds all of them exactly.
 */
export const SEED = "an integer from 0 to 9007199254740991";

/** A range of numbers, in the words of messages. */
export type NumberRange =
  | "a finite number"
  | "a finite number of at least 0"
  | "a finite number above 0"
  | "a number above 0"
  | "a finite number above 1"
  | "a finite number of at least 4"
  | "in [0, 1)"
  | "in [0, 1]"
  | "in (0, 1)"
  | "in (0, 1]"
  | "an integer of at least 0"
  | "an integer of at least 1"
  | "an integer of at least 2"
  | "an integer from 0 to 9007199254740991";

const integerFrom = (low: number) => (v: number) => Number.isSafeInteger(v) && v >= low;

/** Tests by the words that describe them. */
const RANGES: Readonly<Record<NumberRange, (v: number) => boolean>> = {
  "a finite number": (v) => Number.isFinite(v),
  "a finite number of at least 0": (v) => Number.isFinite(v) && v >= 0,
  "a finite number above 0": (v) => Number.isFinite(v) && v > 0,
  "a number above 0": (v) => v > 0,
  "a finite number above 1": (v) => Number.isFinite(v) && v > 1,
  "a finite number of at least 4": (v) => Number.isFinite(v) && v >= 4,
  "in [0, 1)": (v) => v >= 0 && v < 1,
  "in [0, 1]": (v) => v >= 0 && v <= 1,
  "in (0, 1)": (v) => v > 0 && v < 1,
  "in (0, 1]": (v) => v > 0 && v <= 1,
  "an integer of at least 0": integerFrom(0),
  "an integer of at least 1": integerFrom(1),
  "an integer of at least 2": integerFrom(2),
  [SEED]: integerFrom(0),
};

/**
 * Returns whether a value is a number in a range.
 *
 * @example
 * ```ts
 * import { isInRange } from "./check_number.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([0, 0.5, 1, NaN].map((v) => isInRange(v, "in [0, 1)")), [true, true, false, false]);
 * ```
 */
export function isInRange(value: unknown, range: NumberRange): value is number {
  return typeof value === "number" && RANGES[range](value);
}

/**
 * Checks that an option is a number in a range.
 *
 * @param name the option, for the message
 * @throws {RangeError} naming option, range and value if it is not.
 *
 * @example
 * ```ts
 * import { checkNumber, SEED } from "./check_number.ts";
 * import { assertThrows } from "@std/assert";
 * checkNumber("seed", 2 ** 53 - 1, SEED);
 * assertThrows(
 *   () => checkNumber("every", 0, "an integer of at least 1"),
 *   RangeError,
 *   "every must be an integer of at least 1, got 0",
 * );
 * ```
 */
export function checkNumber(name: string, value: unknown, range: NumberRange): asserts value is number {
  if (!isInRange(value, range)) throw new RangeError(`${name} must be ${range}, got ${String(value)}`);
}

/**
 * Checks that an option is an integer from `low` to `high`, both included.
 *
 * @param name the option, for the message
 * @throws {RangeError} naming option, range and value if it is not.
 *
 * @example
 * ```ts
 * import { checkInteger } from "./check_number.ts";
 * import { assertThrows } from "@std/assert";
 * checkInteger("axis", 1, { low: 0, high: 1 });
 * assertThrows(
 *   () => checkInteger("axis", 2, { low: 0, high: 1 }),
 *   RangeError,
 *   "axis must be an integer from 0 to 1, got 2",
 * );
 * ```
 */
export function checkInteger(
  name: string,
  value: unknown,
  { low, high }: { low: number; high: number },
): asserts value is number {
  if (typeof value === "number" && Number.isInteger(value) && value >= low && value <= high) return;
  throw new RangeError(`${name} must be an integer from ${low} to ${high}, got ${String(value)}`);
}
