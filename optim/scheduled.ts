/**
 * Numbers that may follow a schedule.
 *
 * @module
 */
import { checkNumber, isInRange, type NumberRange } from "../options/mod.ts";

/** The learning rate: a number, or a function of the number of updates done so far. */
export type LearningRate = number | ((count: number) => number);

/** A number, or a schedule: a function of the number of updates done. */
export type Scheduled = number | ((count: number) => number);

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
  value: Scheduled,
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

/** Checks a learning rate. @throws {RangeError} if it is neither a schedule nor a finite number of at least 0. */
export function checkLearningRate(value: LearningRate): void {
  if (typeof value !== "function") checkNumber("learningRate", value, "a finite number of at least 0");
}
