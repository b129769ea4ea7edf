import { checkNumber, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** The declaration of the value of {@linkcode constantSchedule}. */
export const CONSTANT_SCHEDULE_OPTIONS = { value: needed("a finite number of at least 0") };

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
  checkNumber("value", value, CONSTANT_SCHEDULE_OPTIONS.value.range);
  return () => value;
}
