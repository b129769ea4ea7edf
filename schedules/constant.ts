import { checkNumber } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Returns the same value at every step.
 *
 * @param value a finite number of at least 0
 * @throws {RangeError} for a value out of range.
 *
 * @example
 * ```ts
 * import { constantSchedule } from "./constant.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(constantSchedule(0.1)(1000), 0.1);
 * ```
 */
export function constantSchedule(value: number): Schedule {
  checkNumber("value", value, "a finite number of at least 0");
  return () => value;
}
