/**
 * Checks of the steps at which schedules change.
 *
 * @module
 */
import { checkNumber } from "../options/mod.ts";

/** Checks that `values` are integers of at least 1, each above the one before. @throws {RangeError} naming the first that is not. */
export function checkBoundaries(name: string, values: readonly number[]): void {
  values.forEach((value, i) => {
    checkNumber(`${name}[${i}]`, value, "an integer of at least 1");
    const before = values[i - 1];
    if (before !== undefined && value <= before) {
      throw new RangeError(`${name}[${i}] must be above ${name}[${i - 1}] = ${before}, got ${value}`);
    }
  });
}
